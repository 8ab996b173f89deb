/**
 * Records one after the other in a file. Each: length u32, CRC-32 of those four bytes u32, CRC-32 of
 * the body u32, body; big-endian. The length has a checksum of its own, so that a damaged one is not
 * taken for a record that a crash has cut short.
 */
import { crc32 } from 'node:zlib'

export const RECORD_OVERHEAD = 12

export const frameRecord = (body: Uint8Array): Buffer => {
  const frame = Buffer.alloc(RECORD_OVERHEAD + body.byteLength)
  frame.writeUInt32BE(body.byteLength, 0)
  frame.writeUInt32BE(crc32(frame.subarray(0, 4)), 4)
  frame.writeUInt32BE(crc32(body), 8)
  frame.set(body, RECORD_OVERHEAD)
  return frame
}

/** The end of the whole record that begins at `at`; null: there is none. */
const endOfRecord = (bytes: Buffer, at: number): number | null => {
  const body = at + RECORD_OVERHEAD
  if (body > bytes.length) return null
  if (crc32(bytes.subarray(at, at + 4)) !== bytes.readUInt32BE(at + 4)) return null
  const end = body + bytes.readUInt32BE(at)
  if (end > bytes.length || crc32(bytes.subarray(body, end)) !== bytes.readUInt32BE(at + 8)) {
    return null
  }
  return end
}

const holdsRecord = (bytes: Buffer, from: number): boolean => {
  for (let at = from; at + RECORD_OVERHEAD <= bytes.length; at++) {
    if (endOfRecord(bytes, at) !== null) return true
  }
  return false
}

export interface ScannedRecords {
  readonly bodies: readonly Buffer[]
  /** Where each begins, and behind the last one. // [bodies + 1] */
  readonly offsets: readonly number[]
  /**
   * What follows the last whole record. torn: one that was being written when the process or the
   * machine died, so nobody has relied on it; damaged: there are whole records behind it.
   */
  readonly tail: 'none' | 'torn' | 'damaged'
}

export const scanRecords = (bytes: Buffer): ScannedRecords => {
  const bodies: Buffer[] = []
  const offsets = [0]
  let at = 0
  for (let end = endOfRecord(bytes, at); end !== null; end = endOfRecord(bytes, at)) {
    bodies.push(bytes.subarray(at + RECORD_OVERHEAD, end))
    offsets.push(end)
    at = end
  }
  if (at === bytes.length) return { bodies, offsets, tail: 'none' }
  return { bodies, offsets, tail: holdsRecord(bytes, at + 1) ? 'damaged' : 'torn' }
}
