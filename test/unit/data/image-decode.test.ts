import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import test, { type ExecutionContext } from 'ava'
import { findFile } from '../../../src/data/files/data-file.ts'
import { createDecode, readImage } from '../../../src/data/images/decode.ts'
import type { Picture } from '../../../src/data/images/decoders.ts'
import { squareOf } from '../../../src/data/images/resize.ts'
import { samplesOf as samplesIn } from '../../../src/data/images/samples.ts'
import { InvalidInputError } from '../../../src/errors.ts'
import { seeded } from '../../../src/random.ts'
import { imageFolder } from './image-folder.ts'
import { CMYK, JPEGS, RESIZES } from './image-golden.ts'
import { chunk, header, type PngKind, plain, png, samplesOf, writePng } from './png-writer.ts'

const decode = createDecode()

const decodeBytes = async (t: ExecutionContext, bytes: Uint8Array): Promise<Picture> => {
  const folder = await imageFolder(t, { 'a.any': bytes })
  const file = await findFile(join(folder, 'a.any'), 'remove it')
  return decode(file, await readImage(file))
}

const base64 = (text: string): Buffer => Buffer.from(text, 'base64')

const [WIDTH, HEIGHT] = [13, 11]
/** As large as the depth allows, and different in neighbouring pixels. */
const sampleAt = (x: number, y: number, i: number, depth: number): number =>
  (40503 * (x + WIDTH * y + 500 * i + 1)) % 2 ** depth
/** To a byte: bits repeated, or the upper ones alone. */
const toByte = (sample: number, depth: number): number =>
  depth === 16 ? sample >> 8 : Math.round((255 * sample) / (2 ** depth - 1))

const KINDS = [
  [0, [1, 2, 4, 8, 16]],
  [2, [8, 16]],
  [3, [1, 2, 4, 8]],
  [4, [8, 16]],
  [6, [8, 16]]
] as const

for (const [type, depths] of KINDS) {
  for (const depth of depths) {
    for (const interlaced of [false, true]) {
      const kind: PngKind = { type, depth, interlaced }
      test(`should decode PNG ${JSON.stringify(kind)}`, async (t) => {
        const samples = (x: number, y: number): number[] =>
          Array.from({ length: samplesOf(type) }, (_, i) => sampleAt(x, y, i, depth))
        const palette = Uint8Array.from({ length: 3 * 2 ** depth }, (_, i) => (89 * i) % 256)
        const bytes = writePng(WIDTH, HEIGHT, kind, samples, type === 3 ? palette : null)
        const { data, width, height } = await decodeBytes(t, bytes)
        t.deepEqual([width, height], [WIDTH, HEIGHT])
        const expected: number[] = []
        for (let y = 0; y < HEIGHT; y++) {
          for (let x = 0; x < WIDTH; x++) {
            const own = samples(x, y)
            const values = own.map((sample) => toByte(sample, depth))
            const [a, b, c, d = 255] = values
            if (type === 0) expected.push(a!, a!, a!, 255)
            if (type === 2 || type === 6) expected.push(a!, b!, c!, d)
            if (type === 3) expected.push(...palette.subarray(3 * own[0]!, 3 * own[0]! + 3), 255)
            if (type === 4) expected.push(a!, a!, a!, b!)
          }
        }
        t.deepEqual([...data], expected)
      })
    }
  }
}

for (const { name, file, rgb } of JPEGS) {
  test(`should decode JPEG ${name} as Pillow does`, async (t) => {
    const picture = await decodeBytes(t, base64(file))
    const { values } = samplesIn(picture, 3)
    t.deepEqual(Buffer.from(Array.from(values)), base64(rgb))
  })
}

for (const { width, height, side, from, to } of RESIZES) {
  test(`should make ${width} x ${height} a square of ${side} as Pillow does`, (t) => {
    const into = new Uint8Array(side * side * 3 + 2).fill(77)
    squareOf({ width, height, channels: 3, values: base64(from) }, side, into, 1)
    t.is(into[0], 77)
    t.is(into.at(-1), 77)
    const expected = base64(to)
    // Pillow rounds between its two passes.
    for (let i = 0; i < expected.length; i++) {
      t.true(Math.abs(into[i + 1]! - expected[i]!) <= 1, `${i}: ${into[i + 1]}, ${expected[i]}`)
    }
  })
}

test('should leave a picture that has the side alone', (t) => {
  const values = Uint8Array.from({ length: 5 * 5 }, (_, i) => 10 * i)
  const into = new Uint8Array(25)
  squareOf({ width: 5, height: 5, channels: 1, values }, 5, into, 0)
  t.deepEqual(into, values)
})

test('should lay what is transparent on white, and weigh colours for grey', (t) => {
  const data = Uint8ClampedArray.of(10, 20, 30, 0, 100, 0, 200, 51, 255, 0, 0, 255)
  const picture = { width: 3, height: 1, data }
  const fifth = (value: number): number => 0.2 * value + 0.8 * 255
  t.deepEqual(
    Array.from(samplesIn(picture, 3).values, Math.round),
    [255, 255, 255, fifth(100), fifth(0), fifth(200), 255, 0, 0].map(Math.round)
  )
  const grey = 0.299 * fifth(100) + 0.587 * fifth(0) + 0.114 * fifth(200)
  t.deepEqual(Array.from(samplesIn(picture, 1).values, Math.round), [255, Math.round(grey), 76])
})

const flipped = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes)
  copy[at] = copy[at]! ^ 0xff
  return copy
}

const square = plain(16, 1, 2, 3)
const colours: PngKind = { type: 2, depth: 8, interlaced: false }
const nothing = chunk('IDAT', deflateSync(Buffer.alloc(64 * 2 ** 20)))
const jpeg = base64(JPEGS[0]!.file)
const progressive = base64(JPEGS.find(({ name }) => name === 'progressive')!.file)
/** Where the frame of the first file says its sides. */
const sides = jpeg.indexOf(Buffer.from('ffc0', 'hex')) + 5
const withSides = (height: number, width: number): Buffer => {
  const copy = Buffer.from(jpeg)
  copy.writeUInt16BE(height, sides)
  copy.writeUInt16BE(width, sides + 2)
  return copy
}
const scan = Buffer.from('ffda000c03010002110311003f00', 'hex')

const HOSTILE: Readonly<Record<string, readonly [Buffer, RegExp]>> = {
  'an empty file': [Buffer.alloc(0), /must be a PNG or JPEG file/],
  'another format': [Buffer.from('GIF89a\x01\0\x01\0'), /must be a PNG or JPEG file/],
  'a PNG that ends early': [square.subarray(0, 60), /must be a whole PNG file, ends early/],
  'a PNG without an end': [square.subarray(0, -12), /must be a whole PNG file, ends early/],
  'a PNG of a signature': [square.subarray(0, 8), /must be a whole PNG file, ends early/],
  'a PNG with a wrong byte': [flipped(square, 50), /must be an undamaged PNG file/],
  'a PNG without a header': [png(nothing), /must begin with a PNG header/],
  'a PNG that says it is huge': [
    png(header(2 ** 31, 2 ** 31, colours), nothing),
    /must have 1 to 16777216 pixels, its header says 2147483648 x 2147483648/
  ],
  'a PNG of no pixels': [png(header(0, 5, colours)), /its header says 0 x 5/],
  'a PNG that unpacks to far more than its picture': [
    png(header(1, 1, colours), nothing),
    /must hold no more than its picture, has more/
  ],
  'a PNG whose profile unpacks to far more': [
    png(
      header(1, 1, colours),
      chunk('iCCP', Buffer.concat([Buffer.from('x\0\0'), deflateSync(Buffer.alloc(2 ** 28))])),
      chunk('IDAT', deflateSync(Buffer.alloc(4)))
    ),
    /must be an image, says its decoder/
  ],
  'a PNG without a picture': [png(header(9, 9, colours)), /must be an image, says its decoder/],
  'a PNG of an unknown type': [
    png(header(1, 1, { ...colours, type: 5 }), chunk('IDAT', deflateSync(Buffer.alloc(4)))),
    /must be an image, says its decoder/
  ],
  'a JPEG that ends early': [jpeg.subarray(0, jpeg.length - 60), /must be an image, .*premature/i],
  'a JPEG of a head': [jpeg.subarray(0, 20), /must be a whole JPEG file, ends early/],
  'a JPEG that says it is huge': [
    withSides(65_535, 65_535),
    /must have 1 to 16777216 pixels, its header says 65535 x 65535/
  ],
  'a JPEG without a height': [withSides(0, 16), /its header says 16 x 0/],
  'a JPEG that is larger than what it holds': [
    withSides(1000, 1000),
    /must be an image, says its decoder: .*premature/i
  ],
  'a JPEG in four colours': [base64(CMYK), /must be in grey or in three colours, has 4 channels/],
  'a JPEG of a kind that nobody writes': [
    flipped(jpeg, -1).fill(0xc9, sides - 4, sides - 3),
    /must be a baseline or progressive JPEG file/
  ],
  'a JPEG without tables': [
    Buffer.concat([jpeg.subarray(0, 2), jpeg.subarray(sides - 5)]),
    /must be an image, says its decoder/
  ],
  'a JPEG that goes over its picture again and again': [
    Buffer.concat([progressive.subarray(0, -2), ...new Array<Buffer>(200).fill(scan)]),
    /must have at most 100 scans, has 2\d\d/
  ],
  'a JPEG of noise': [
    Buffer.concat([jpeg.subarray(0, 20), Buffer.alloc(300, 0x55)]),
    /must be a JPEG file, is damaged/
  ]
}

for (const [what, [bytes, rule]] of Object.entries(HOSTILE)) {
  test(`should refuse ${what}, and decode the next picture`, async (t) => {
    const error = await t.throwsAsync(decodeBytes(t, bytes), { name: 'InvalidInputError' })
    t.regex(error!.message, rule)
    const { data } = await decodeBytes(t, square)
    t.deepEqual([...data.subarray(0, 4)], [1, 2, 3, 255])
    const { width } = await decodeBytes(t, jpeg)
    t.is(width, 16)
  })
}

/** With wrong checksums put right again, so that the decoder gets to see what is wrong. */
const mended = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes)
  for (let at = 8; at + 12 <= copy.length; ) {
    const length = copy.readUInt32BE(at)
    if (at + 12 + length > copy.length) break
    copy.writeUInt32BE(crc32(copy.subarray(at + 4, at + 8 + length)), at + 8 + length)
    at += 12 + length
  }
  return copy
}

for (const [what, good, mend] of [
  ['JPEG', jpeg, (bytes: Buffer) => bytes],
  ['progressive JPEG', progressive, (bytes: Buffer) => bytes],
  ['PNG', writePng(9, 9, { ...colours, interlaced: true }, (x, y) => [x, y, 3]), mended]
] as const) {
  test(`should decode or refuse a ${what} with wrong bytes, and nothing else`, async (t) => {
    const random = seeded(1)
    let refused = 0
    for (let i = 0; i < 150; i++) {
      const bytes = Buffer.from(good)
      for (let flips = 1 + random.integer(3); flips > 0; flips--) {
        bytes[random.integer(bytes.length)] = random.integer(256)
      }
      try {
        const { data, width, height } = await decodeBytes(t, mend(bytes))
        t.is(data.length, 4 * width * height)
      } catch (error) {
        if (!(error instanceof InvalidInputError)) throw error
        refused++
      }
    }
    t.true(refused > 10 && refused < 150, `${refused} refused`)
  })
}

test('should refuse a file above the limit without reading it', async (t) => {
  const folder = await imageFolder(t, { 'a.png': Buffer.alloc(2 ** 25 + 1) })
  const file = await findFile(join(folder, 'a.png'), 'remove it')
  await t.throwsAsync(readImage(file), {
    message: /must be at most 33554432 bytes long, is 33554433/
  })
})
