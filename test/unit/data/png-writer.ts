/** Writes PNG files of every kind there is, from the samples that a pixel is made of. */
import { crc32, deflateSync } from 'node:zlib'

export interface PngKind {
  /** 0 grey, 2 colours, 3 palette, 4 grey and opacity, 6 colours and opacity. */
  readonly type: number
  /** Bits of a sample. */
  readonly depth: number
  readonly interlaced: boolean
}

const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }
export const samplesOf = (type: number): number => SAMPLES[type]!

export const chunk = (type: string, content: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const bytes = Buffer.alloc(8 + body.length)
  bytes.writeUInt32BE(content.length, 0)
  body.copy(bytes, 4)
  bytes.writeUInt32BE(crc32(body), 4 + body.length)
  return bytes
}

export const header = (
  width: number,
  height: number,
  { type, depth, interlaced }: PngKind
): Buffer => {
  const bytes = Buffer.alloc(13)
  bytes.writeUInt32BE(width, 0)
  bytes.writeUInt32BE(height, 4)
  bytes.set([depth, type, 0, 0, interlaced ? 1 : 0], 8)
  return chunk('IHDR', bytes)
}

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')
export const png = (...chunks: readonly Buffer[]): Buffer =>
  Buffer.concat([SIGNATURE, ...chunks, chunk('IEND', Buffer.alloc(0))])

/** Samples of one line, most significant bits first, without a filter. */
const line = (samples: readonly number[], depth: number): Buffer => {
  const bits = samples.map((sample) => sample.toString(2).padStart(depth, '0')).join('')
  const bytes = bits.match(/.{1,8}/g)!.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2))
  return Buffer.from([0, ...bytes])
}

/** First column and line, and the steps, of the seven passes of Adam7; or of the only pass. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2]
] as const
const WHOLE = [[0, 0, 1, 1]] as const

/** `samples(x, y)`: those of one pixel, 0..2^depth - 1. `palette`: 2^depth colours. */
export const writePng = (
  width: number,
  height: number,
  kind: PngKind,
  samples: (x: number, y: number) => readonly number[],
  palette: Uint8Array | null = null
): Buffer => {
  const lines: Buffer[] = []
  for (const [left, top, right, down] of kind.interlaced ? ADAM7 : WHOLE) {
    for (let y = top; y < height; y += down) {
      const own: number[] = []
      for (let x = left; x < width; x += right) own.push(...samples(x, y))
      if (own.length > 0) lines.push(line(own, kind.depth))
    }
  }
  const colours = palette === null ? [] : [chunk('PLTE', palette)]
  const content = chunk('IDAT', deflateSync(Buffer.concat(lines)))
  return png(header(width, height, kind), ...colours, content)
}

/** A square in one colour. */
export const plain = (side: number, red: number, green: number, blue: number): Buffer =>
  writePng(side, side, { type: 2, depth: 8, interlaced: false }, () => [red, green, blue])
