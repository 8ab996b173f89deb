import { crc32 } from 'node:zlib'
import type { Bytes } from '../../vector/vector.ts'
import type { Sides } from './sides.ts'

/**
 * What a PNG says of itself (W3C, Portable Network Graphics, third edition, sections 5 and 11), looked at
 * before it is decoded: the decoder takes more bytes than a picture needs, and wrong ones.
 */
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const CHUNK_EXTRA = 12
const HEADER_BYTES = 13
/** By colour type; 0: there is no such type. */
const SAMPLES = [1, 0, 3, 1, 2, 0, 4]

export const isPng = (bytes: Bytes): boolean => SIGNATURE.every((byte, i) => bytes[i] === byte)

/** Bytes of the filtered lines at most: interlacing adds a filter byte for each line of seven passes. */
const lineBytes = ({ width, height }: Sides, bitsPerPixel: number): number =>
  Math.ceil((width * bitsPerPixel) / 8 + 8) * height * 2

interface Chunk {
  readonly type: string
  readonly start: number
  readonly length: number
}

/** The chunks up to the last, each whole and with the right checksum; a rule where one is not. */
const chunksOf = (bytes: Bytes): readonly Chunk[] | string => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const chunks: Chunk[] = []
  for (let at = SIGNATURE.length; ; ) {
    if (at + CHUNK_EXTRA > bytes.length) return 'must be a whole PNG file, ends early'
    const length = view.getUint32(at)
    if (length > bytes.length - at - CHUNK_EXTRA) return 'must be a whole PNG file, ends early'
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    const sum = view.getUint32(at + 8 + length)
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== sum) {
      return 'must be an undamaged PNG file, has a wrong checksum'
    }
    chunks.push({ type, start: at + 8, length })
    if (type === 'IEND') return chunks
    at += CHUNK_EXTRA + length
  }
}

/** The sides of a picture; a rule where it is none. */
export const readPng = (bytes: Bytes): Sides | string => {
  const chunks = chunksOf(bytes)
  if (typeof chunks === 'string') return chunks
  const [head] = chunks
  if (head!.type !== 'IHDR' || head!.length !== HEADER_BYTES) return 'must begin with a PNG header'
  const view = new DataView(bytes.buffer, bytes.byteOffset + head!.start, HEADER_BYTES)
  const sides = { width: view.getUint32(0), height: view.getUint32(4) }
  const bits = view.getUint8(8) * (SAMPLES[view.getUint8(9)] ?? 0)
  const packed = chunks
    .filter(({ type }) => type === 'IDAT')
    .reduce((sum, { length }) => sum + length, 0)
  // Whatever cannot be packed is stored; more than that unpacks to more than the picture.
  const isTooMuch = packed > 1024 + 1.01 * lineBytes(sides, bits)
  return isTooMuch ? 'must hold no more than its picture, has more' : sides
}
