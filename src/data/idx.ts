import type { FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import { constants, gunzip, type ZlibOptions } from 'node:zlib'
import type { Bytes } from '../vector/vector.ts'
import { type DataFile, eachChunk, findFile, withFile } from './files/data-file.ts'
import { eachRecord } from './files/records.ts'
import { DAMAGED, type IdxHeader, MAX_BYTES, parseHeader, refuse } from './idx-header.ts'

/** An IDX file whose header is right, and whose length fits it as far as can be seen from its ends. */
export interface Idx extends IdxHeader {
  readonly file: DataFile
  /** Bytes of one row. */
  readonly width: number
}

/** What is read of a file to find its header. Deflate packs 1 : 1032 at most, so 4.2 MB unpacked. */
const HEAD_BYTES = 4096
const MAX_HEAD_BYTES = 2 ** 23
/** A gzip file ends with the length of what is in it, a little-endian uint32 (RFC 1952, 2.3.1). */
const TRAILER_BYTES = 4

const unpack = promisify<Bytes, ZlibOptions, Bytes>(gunzip)

const readAt = async (handle: FileHandle, from: number, length: number): Promise<Bytes> => {
  const bytes = new Uint8Array(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, from + filled)
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

/** The length of the content: what the end of a packed file says, which nothing has proved yet. */
const lengthOf = async (file: DataFile, handle: FileHandle): Promise<number> => {
  if (!file.packed) return file.bytes
  const from = Math.max(0, file.bytes - TRAILER_BYTES)
  const trailer = await readAt(handle, from, TRAILER_BYTES)
  return trailer.length < TRAILER_BYTES ? 0 : new DataView(trailer.buffer).getUint32(0, true)
}

const checkLength = (path: string, fileBytes: number, length: number): void => {
  if (length === fileBytes) return
  refuse(path, `must hold the ${fileBytes} bytes its header says, has ${length}`)
}

const checkUpTo = ({ file, fileBytes }: Idx) => {
  return (length: number): void => {
    if (length <= fileBytes) return
    refuse(file.path, `must unpack to the ${fileBytes} bytes its header says, has more`)
  }
}

/**
 * Opens the IDX file of `name` at `path`, gzipped if the path ends in `.gz`, whose rows must have
 * `rowShape` ([] for labels). Throws InvalidInputError, with the file's path.
 */
export const openIdx = async (
  path: string,
  name: string,
  rowShape: readonly number[]
): Promise<Idx> => {
  const file = await findFile(path, DAMAGED, { name, packed: path.endsWith('.gz') })
  if (file.bytes > MAX_BYTES) {
    return refuse(path, `must be at most ${MAX_BYTES} bytes long, is ${file.bytes}`)
  }
  const { header, length } = await withFile(file, async (handle) => {
    const start = await readAt(handle, 0, Math.min(file.bytes, HEAD_BYTES))
    const head = file.packed ? await unpackHead(path, start) : start
    return { header: parseHeader(path, head, rowShape), length: await lengthOf(file, handle) }
  })
  const width = rowShape.reduce((product, side) => product * side, 1)
  const idx = { file, width, ...header }
  if (length === header.fileBytes) return idx
  if (!file.packed) checkLength(path, header.fileBytes, length)
  // The end is not what was expected; unpacking tells why.
  let found = 0
  await eachChunk(file, (chunk) => {
    found += chunk.length
    checkUpTo(idx)(found)
  })
  checkLength(path, header.fileBytes, found)
  return refuse(path, 'must be a whole gzip file')
}

/** Shows the rows in order, each good during the visit only. @throws InvalidInputError */
export const eachRow = async (
  idx: Idx,
  visit: (row: number, values: Bytes) => void
): Promise<void> => {
  const { file, headerBytes, fileBytes, width } = idx
  const layout = { skip: headerBytes, length: width }
  checkLength(file.path, fileBytes, await eachRecord(file, layout, visit, checkUpTo(idx)))
}

/** All values at once. // [rows, ...row shape] */
export const readValues = async (idx: Idx): Promise<Bytes> => {
  const values = new Uint8Array(idx.rows * idx.width)
  await eachRow({ ...idx, width: values.length }, (_, all) => values.set(all))
  return values
}
