import type { Bytes } from '../../vector/vector.ts'
import { type DataFile, eachChunk } from './data-file.ts'

export interface RecordLayout {
  /** Bytes before the first record. */
  readonly skip: number
  /** Bytes of one record. */
  readonly length: number
}

/** Called before anything is done with the bytes up to here. */
type Check = (bytesSoFar: number) => void

/**
 * Shows the records of a file in order, each good during the visit only, and returns the bytes that it
 * holds. A rest that is no whole record is not shown.
 */
export const eachRecord = async (
  file: DataFile,
  { skip, length }: RecordLayout,
  visit: (index: number, record: Bytes) => void,
  check: Check = () => undefined
): Promise<number> => {
  const open = new Uint8Array(length)
  let filled = 0
  let index = 0
  let seen = 0
  await eachChunk(file, (chunk) => {
    check(seen + chunk.length)
    let at = Math.min(chunk.length, Math.max(0, skip - seen))
    seen += chunk.length
    while (at < chunk.length) {
      const taken = Math.min(length - filled, chunk.length - at)
      if (taken === length) {
        visit(index++, chunk.subarray(at, at + length))
      } else {
        open.set(chunk.subarray(at, at + taken), filled)
        filled += taken
        if (filled === length) {
          visit(index++, open)
          filled = 0
        }
      }
      at += taken
    }
  })
  return seen
}
