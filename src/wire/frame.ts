/**
 * One frame: length u32, version u8, kind u8, manifest tag u32, layout tag u32, checksum u32, body.
 * Big-endian. `length` counts what follows it; the checksum (CRC-32, IEEE) covers all but itself.
 * docs/protocol.md owns the format; test/golden pins it byte for byte.
 */
// CommonJS whose names Node cannot see: only the default import works.
import crc from 'crc-32'
import type { Bytes } from '../vector/vector.ts'
import { type Rejected, rejected } from './reject.ts'

export const FRAME_VERSION = 2
export const LENGTH_BYTES = 4
/** All that surrounds a body, the length field included. */
export const FRAME_OVERHEAD = 18

const KIND_AT = 5
const CHECKSUM_AT = 14

/** CRC-32 (IEEE) of bytes that come after others whose checksum is `before`; 0: they are the first. */
export type Crc32 = (bytes: Uint8Array, before: number) => number

/** Which swarm and which model a frame belongs to: the first four bytes of the two hashes. */
export interface SwarmTag {
  readonly manifest: number
  readonly layout: number
  /** The host's own, where it has a faster one. @default in JavaScript */
  readonly crc32?: Crc32
}

export interface Frame {
  readonly kind: number
  readonly body: Uint8Array
  /** Bytes on the wire, header included. */
  readonly size: number
}

/** The kind of an encoded frame. */
export const kindOf = (frame: Bytes): number => frame[KIND_AT]!

/** First four bytes of a hexadecimal hash. */
export const tagOf = (hash: string): number => Number.parseInt(hash.slice(0, 8), 16)

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const NOTHING = new Uint8Array()

const inJavaScript: Crc32 = (bytes, before) => crc.buf(bytes, before) >>> 0

const checksum = ({ crc32 = inJavaScript }: SwarmTag, frame: Uint8Array): number =>
  crc32(frame.subarray(CHECKSUM_AT + 4), crc32(frame.subarray(0, CHECKSUM_AT), 0))

/** `tail`: the end of the body, where it lies elsewhere. */
export const encodeFrame = (
  tag: SwarmTag,
  kind: number,
  body: Uint8Array,
  tail: Uint8Array = NOTHING
): Bytes => {
  const frame = new Uint8Array(FRAME_OVERHEAD + body.byteLength + tail.byteLength)
  const view = viewOf(frame)
  view.setUint32(0, frame.byteLength - LENGTH_BYTES)
  view.setUint8(4, FRAME_VERSION)
  view.setUint8(KIND_AT, kind)
  view.setUint32(6, tag.manifest)
  view.setUint32(10, tag.layout)
  frame.set(body, FRAME_OVERHEAD)
  frame.set(tail, FRAME_OVERHEAD + body.byteLength)
  view.setUint32(CHECKSUM_AT, checksum(tag, frame))
  return frame
}

/** `bytes`: exactly one frame, its length field already honoured by the reader. */
export const decodeFrame = (tag: SwarmTag, bytes: Uint8Array): Frame | Rejected => {
  const view = viewOf(bytes)
  if (bytes.byteLength < FRAME_OVERHEAD) return rejected('length')
  if (view.getUint32(0) !== bytes.byteLength - LENGTH_BYTES) return rejected('length')
  if (view.getUint8(4) !== FRAME_VERSION) return rejected('version')
  if (view.getUint32(6) !== tag.manifest) return rejected('manifest')
  if (view.getUint32(10) !== tag.layout) return rejected('layout')
  if (view.getUint32(CHECKSUM_AT) !== checksum(tag, bytes)) return rejected('checksum')
  return {
    kind: view.getUint8(KIND_AT),
    body: bytes.subarray(FRAME_OVERHEAD),
    size: bytes.byteLength
  }
}
