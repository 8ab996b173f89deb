import type { Bytes } from '../vector/vector.ts'
import { refuse as refuseFile } from './files/refuse.ts'

/**
 * The head of an IDX file of unsigned bytes (LeCun, Cortes and Burges, "The MNIST database"): 0, 0,
 * type 8, the number of dimensions; then every dimension as a big-endian uint32; then the values.
 */
export interface IdxHeader {
  readonly rows: number
  /** Bytes of the header itself. */
  readonly headerBytes: number
  /** Bytes of the whole file, unpacked. */
  readonly fileBytes: number
}

/** MNIST has 60,000 rows; the largest of its relatives (EMNIST) 0.8 million. */
export const MAX_ROWS = 10_000_000
/** Of a file as it lies, and of what it unpacks to; MNIST's largest is 47 MB. */
export const MAX_BYTES = 2 ** 30

export const DAMAGED = 'it is damaged or not what its name says: get it again'

/** Throws the one problem that makes the file at `path` unusable. */
export const refuse = (path: string, rule: string, cause?: unknown): never =>
  refuseFile(path, rule, DAMAGED, cause)

const describeShape = (shape: readonly number[]): string =>
  shape.length === 0 ? 'single bytes' : shape.join(' x ')

/** Checks everything that a header can say before anything is allocated on its word. */
export const parseHeader = (path: string, head: Bytes, rowShape: readonly number[]): IdxHeader => {
  const headerBytes = 8 + 4 * rowShape.length
  if (head.length < headerBytes) return refuse(path, `must hold a header of ${headerBytes} bytes`)
  const view = new DataView(head.buffer, head.byteOffset, head.length)
  const magic = 0x0800 + rowShape.length + 1
  if (view.getUint32(0) !== magic) return refuse(path, `must begin with the IDX magic ${magic}`)
  const shape = rowShape.map((_, i) => view.getUint32(8 + 4 * i))
  if (shape.some((side, i) => side !== rowShape[i])) {
    const found = describeShape(shape)
    return refuse(path, `must hold rows of ${describeShape(rowShape)}, has ${found}`)
  }
  const rows = view.getUint32(4)
  if (rows < 1 || rows > MAX_ROWS) {
    return refuse(path, `must hold 1 to ${MAX_ROWS} rows, its header says ${rows}`)
  }
  const fileBytes = headerBytes + rows * rowShape.reduce((product, side) => product * side, 1)
  if (fileBytes > MAX_BYTES) {
    return refuse(path, `must hold at most ${MAX_BYTES} bytes, its header says ${fileBytes}`)
  }
  return { rows, headerBytes, fileBytes }
}
