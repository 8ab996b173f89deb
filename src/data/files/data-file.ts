import { type FileHandle, open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { InvalidInputError } from '../../errors.ts'
import type { Bytes } from '../../vector/vector.ts'
import { refuse, ruleOf } from './refuse.ts'

/** A file of a dataset as it was found when the dataset was opened. It may be read several times. */
export interface DataFile {
  readonly path: string
  /** Its name in the dataset's hash. */
  readonly name: string
  /** As it lies. */
  readonly bytes: number
  /** Read through gunzip. */
  readonly packed: boolean
  /** Tells it from the file that somebody puts in its place. */
  readonly stamp: string
  /** What to do about a bad one. */
  readonly remedy: string
}

const CHUNK_BYTES = 2 ** 18

interface Stats {
  readonly ino: bigint
  readonly size: bigint
  readonly mtimeNs: bigint
}

const stampOf = ({ ino, size, mtimeNs }: Stats): string => `${ino} ${size} ${mtimeNs}`

const fail = (path: string, remedy: string, error: unknown): never => {
  if (error instanceof InvalidInputError) throw error
  if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
  return refuse(path, ruleOf(error), remedy, error)
}

/** @throws InvalidInputError where there is no file that can be read. */
export const findFile = async (
  path: string,
  remedy: string,
  { name = basename(path), packed = false } = {}
): Promise<DataFile> => {
  try {
    // Asked before it is opened: opening a pipe would wait for its writer.
    const found = await stat(path, { bigint: true })
    if (!found.isFile()) return refuse(path, 'must be a file', remedy)
    return { path, name, bytes: Number(found.size), packed, stamp: stampOf(found), remedy }
  } catch (error) {
    return fail(path, remedy, error)
  }
}

const checkStamp = async ({ path, stamp }: DataFile, handle: FileHandle): Promise<void> => {
  if (stampOf(await handle.stat({ bigint: true })) === stamp) return
  refuse(path, 'must not change while it is read', 'start again, once it is whole')
}

/** What `use` makes of the open file, which is the one that was found, before and after. */
export const withFile = async <T>(
  file: DataFile,
  use: (handle: FileHandle) => Promise<T>
): Promise<T> => {
  try {
    const handle = await open(file.path)
    try {
      await checkStamp(file, handle)
      const result = await use(handle)
      await checkStamp(file, handle)
      return result
    } finally {
      await handle.close()
    }
  } catch (error) {
    return fail(file.path, file.remedy, error)
  }
}

/** The content as it lies, piece by piece; the next is read while one is looked at. */
async function* piecesOf(handle: FileHandle, isKept: boolean): AsyncGenerator<Bytes> {
  const memories = [new Uint8Array(CHUNK_BYTES), new Uint8Array(CHUNK_BYTES)]
  let turn = 0
  let position = 0
  const read = () => {
    const memory = isKept ? new Uint8Array(CHUNK_BYTES) : memories[turn++ % 2]!
    const reading = handle.read(memory, 0, CHUNK_BYTES, position)
    // A failure is heard of when it is its turn.
    reading.catch(() => undefined)
    return reading
  }
  for (let reading = read(); ; ) {
    const { bytesRead, buffer } = await reading
    if (bytesRead === 0) return
    position += bytesRead
    reading = read()
    yield buffer.subarray(0, bytesRead)
  }
}

/** Unpacked as it is read. What gunzip is given it keeps until it gets to it. */
async function* unpackedOf(handle: FileHandle): AsyncGenerator<Bytes> {
  const packed = Readable.from(piecesOf(handle, true), { highWaterMark: 1 })
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES })
  packed.on('error', (error) => gunzip.destroy(error))
  try {
    yield* packed.pipe(gunzip)
  } finally {
    packed.destroy()
    gunzip.destroy()
  }
}

const isBroken = (error: unknown): boolean =>
  ((error as NodeJS.ErrnoException).code ?? '').startsWith('Z_')

/** Shows the file's content piece by piece, in order, each good during the visit only. */
export const eachChunk = async (
  file: DataFile,
  visit: (chunk: Bytes) => void | Promise<void>
): Promise<void> => {
  await withFile(file, async (handle) => {
    try {
      const chunks = file.packed ? unpackedOf(handle) : piecesOf(handle, false)
      for await (const chunk of chunks) await visit(chunk)
    } catch (error) {
      if (!isBroken(error)) throw error
      refuse(file.path, 'must be a whole gzip file', file.remedy, error)
    }
  })
}
