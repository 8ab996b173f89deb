import test from 'ava'
import { type Random, seeded } from '../../../src/random.ts'
import { encodeFrame, FRAME_OVERHEAD, type Frame } from '../../../src/wire/frame.ts'
import { FrameReader } from '../../../src/wire/frame-reader.ts'
import type { Rejected } from '../../../src/wire/reject.ts'

const TAG = { manifest: 1, layout: 2 }
const MAX = 5_000

const randomBytes = (random: Random, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => random.integer(256))

/** Twenty frames of kinds 0..19 and the stream that they make. */
const someFrames = (random: Random) => {
  const bodies = Array.from({ length: 20 }, () => randomBytes(random, random.integer(600)))
  const stream = Buffer.concat(bodies.map((body, kind) => encodeFrame(TAG, kind, body)))
  return { bodies, stream: new Uint8Array(stream) }
}

const plain = (items: ReadonlyArray<Frame | Rejected>): ReadonlyArray<string> =>
  items.map((item) =>
    'reason' in item ? item.reason : `${item.kind}:${Buffer.from(item.body).toString('hex')}`
  )

const readInChunks = (stream: Uint8Array, nextSize: () => number): ReadonlyArray<string> => {
  const reader = new FrameReader(TAG, MAX)
  const items: Array<Frame | Rejected> = []
  for (let at = 0; at < stream.byteLength; ) {
    const size = nextSize()
    items.push(...reader.push(stream.slice(at, at + size)))
    at += size
  }
  return plain(items)
}

test('should read the same frames however the stream is cut', (t) => {
  const random = seeded(11)
  const { bodies, stream } = someFrames(random)
  const expected = bodies.map((body, kind) => `${kind}:${Buffer.from(body).toString('hex')}`)
  t.deepEqual(
    readInChunks(stream, () => stream.byteLength),
    expected,
    'one push'
  )
  t.deepEqual(
    readInChunks(stream, () => 1),
    expected,
    'byte by byte'
  )
  for (let run = 0; run < 50; run++) {
    t.deepEqual(
      readInChunks(stream, () => 1 + random.integer(700)),
      expected,
      `run ${run}`
    )
  }
})

test('should go on after a damaged frame whose length is right', (t) => {
  const good = encodeFrame(TAG, 4, Uint8Array.of(1))
  const bad = encodeFrame(TAG, 5, Uint8Array.of(2))
  bad[bad.byteLength - 1]! ^= 1
  const reader = new FrameReader(TAG, MAX)
  t.deepEqual(plain(reader.push(Buffer.concat([good, bad, good]))), ['4:01', 'checksum', '4:01'])
  t.false(reader.broken)
})

for (const length of [0, FRAME_OVERHEAD - 4 - 1, MAX - 4 + 1, 0x7fffffff, 0xffffffff]) {
  test(`should end the stream at a length of ${length}, without allocating for it`, (t) => {
    const head = new Uint8Array(4)
    new DataView(head.buffer).setUint32(0, length)
    const reader = new FrameReader(TAG, MAX)
    const before = process.memoryUsage().arrayBuffers
    t.deepEqual(plain(reader.push(head)), ['length'])
    t.true(process.memoryUsage().arrayBuffers - before < 1_000_000)
    t.true(reader.broken)
    t.deepEqual(reader.push(encodeFrame(TAG, 1, new Uint8Array(10))), [])
  })
}

test('should accept a frame of exactly the largest size', (t) => {
  const frame = encodeFrame(TAG, 1, new Uint8Array(MAX - FRAME_OVERHEAD))
  const [item] = new FrameReader(TAG, MAX).push(frame)
  t.is((item as Frame).size, MAX)
})

test('should never throw on noise, nor yield a body that was not sent', (t) => {
  const random = seeded(12)
  let rejected = 0
  for (let run = 0; run < 1_000; run++) {
    const { bodies, stream } = someFrames(random.fork(run % 10))
    const sent = new Set(bodies.map((body, kind) => `${kind}:${Buffer.from(body).toString('hex')}`))
    const noisy = stream.slice(0, 1 + random.integer(stream.byteLength))
    for (let flips = random.integer(4); flips >= 0; flips--) {
      noisy[random.integer(noisy.byteLength)]! ^= 1 << random.integer(8)
    }
    for (const item of readInChunks(noisy, () => 1 + random.integer(2_000))) {
      if (item.includes(':')) t.true(sent.has(item), `run ${run}`)
      else rejected++
    }
  }
  t.true(rejected > 500, 'the noise was noticed')
})

test('should never throw on bytes that were never frames', (t) => {
  const random = seeded(13)
  for (let run = 0; run < 500; run++) {
    const reader = new FrameReader(TAG, MAX)
    const noise = randomBytes(random, 200)
    // A length that is accepted, so that the rest is reached.
    new DataView(noise.buffer).setUint32(0, 14 + random.integer(150))
    for (const item of reader.push(noise)) t.true('reason' in item, `run ${run}`)
  }
})
