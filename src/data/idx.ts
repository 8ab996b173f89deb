import { type FileHandle, open, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { constants, gunzip, type ZlibOptions } from 'node:zlib'
import { InvalidInputError } from '../errors.ts'
import type { Bytes } from '../vector/vector.ts'
import { MAX_BYTES, parseHeader, refuse } from './idx-header.ts'

export interface Idx {
  readonly rows: number
  /** [rows, ...row shape] */
  readonly values: Bytes
}

/** What is read of a file to find its header. Deflate packs 1 : 1032 at most, so 4.2 MB unpacked. */
const HEAD_BYTES = 4096
const MAX_HEAD_BYTES = 2 ** 23

const unpack = promisify<Bytes, ZlibOptions, Bytes>(gunzip)

/** The first `length` bytes, or fewer where the file ends earlier. */
const readUpTo = async (handle: FileHandle, length: number): Promise<Bytes> => {
  const bytes = new Uint8Array(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}

/** Flushing as it goes tolerates that the rest of the packed file is missing here. */
const unpackHead = async (path: string, packed: Bytes): Promise<Bytes> => {
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_HEAD_BYTES }
  try {
    return await unpack(packed, options)
  } catch (error) {
    return refuse(path, 'must be a whole gzip file', error)
  }
}

const unpackAll = async (path: string, packed: Bytes, fileBytes: number): Promise<Bytes> => {
  try {
    return await unpack(packed, { maxOutputLength: fileBytes })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      return refuse(path, `must unpack to the ${fileBytes} bytes its header says, has more`, error)
    }
    return refuse(path, 'must be a whole gzip file', error)
  }
}

const readFrom = async (
  handle: FileHandle,
  path: string,
  size: number,
  rowShape: readonly number[]
): Promise<Idx> => {
  const packed = path.endsWith('.gz')
  const start = await readUpTo(handle, Math.min(size, HEAD_BYTES))
  const head = packed ? await unpackHead(path, start) : start
  const { rows, headerBytes, fileBytes } = parseHeader(path, head, rowShape)
  const expect = (length: number): void => {
    if (length === fileBytes) return
    refuse(path, `must hold the ${fileBytes} bytes its header says, has ${length}`)
  }
  if (!packed) expect(size)
  const content = await readUpTo(handle, size)
  const bytes = packed ? await unpackAll(path, content, fileBytes) : content
  expect(bytes.length)
  return { rows, values: bytes.subarray(headerBytes) }
}

/**
 * Reads one IDX file, gzipped if its name ends in `.gz`, whose rows must have `rowShape` ([] for
 * labels). Throws InvalidInputError, with the file's path, for whatever is wrong with it.
 */
export const readIdx = async (path: string, rowShape: readonly number[]): Promise<Idx> => {
  try {
    // Asked before it is opened: opening a pipe would wait for its writer.
    const found = await stat(path)
    if (!found.isFile()) return refuse(path, 'must be a file')
    if (found.size > MAX_BYTES) {
      return refuse(path, `must be at most ${MAX_BYTES} bytes long, is ${found.size}`)
    }
    const handle = await open(path)
    try {
      return await readFrom(handle, path, found.size, rowShape)
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof InvalidInputError) throw error
    return refuse(path, `must be readable: ${(error as Error).message}`, error)
  }
}
