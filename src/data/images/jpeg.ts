import type { Bytes } from '../../vector/vector.ts'
import type { Sides } from './sides.ts'

/**
 * What a JPEG says of itself (ITU-T T.81, annex B), looked at before it is decoded.
 */
const [START, SCAN, END] = [0xd8, 0xda, 0xd9] as const
/** Baseline, extended and progressive frames with Huffman codes: what is in use. */
const KNOWN_FRAMES = [0xc0, 0xc1, 0xc2]
/** C4, C8 and CC say something else. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
/** A progressive file has about ten; each goes over the whole picture. */
const MAX_SCANS = 100

const EARLY = 'must be a whole JPEG file, ends early'

export const isJpeg = (bytes: Bytes): boolean =>
  bytes[0] === 0xff && bytes[1] === START && bytes[2] === 0xff

const scansIn = (bytes: Bytes): number => {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const mark = Buffer.of(0xff, SCAN)
  let scans = 0
  for (let at = content.indexOf(mark); at >= 0; at = content.indexOf(mark, at + 2)) scans++
  return scans
}

const readFrame = (view: DataView, marker: number, at: number): Sides | string => {
  if (!KNOWN_FRAMES.includes(marker)) return 'must be a baseline or progressive JPEG file'
  const channels = view.getUint8(at + 9)
  if (channels !== 1 && channels !== 3) {
    return `must be in grey or in three colours, has ${channels} channels`
  }
  return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
}

/** The sides of a picture; a rule where it is none. */
export const readJpeg = (bytes: Bytes): Sides | string => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 2; at + 10 <= bytes.length; ) {
    if (view.getUint8(at) !== 0xff) return 'must be a JPEG file, is damaged'
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) {
      at++
      continue
    }
    if (marker === SCAN || marker === END) return 'must be a JPEG file with a frame, has none'
    if (isFrame(marker)) {
      const scans = scansIn(bytes)
      return scans <= MAX_SCANS
        ? readFrame(view, marker, at)
        : `must have at most ${MAX_SCANS} scans, has ${scans}`
    }
    at += 2 + view.getUint16(at + 2)
  }
  return EARLY
}
