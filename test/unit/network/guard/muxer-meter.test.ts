import test from 'ava'
import { STRANGERS } from '../../../../src/network/guard/limits.ts'
import { MuxerMeter } from '../../../../src/network/guard/muxer-meter.ts'
import { seeded } from '../../../../src/random.ts'

const [DATA, WINDOW, PING] = [0, 1, 2]
const [SYN, ACK, FIN] = [1, 2, 4]

const frame = (type: number, flags: number, length: number): Uint8Array => {
  const bytes = new Uint8Array(12 + (type === DATA ? length : 0))
  const view = new DataView(bytes.buffer)
  view.setUint8(1, type)
  view.setUint16(2, flags)
  view.setUint32(4, 7)
  view.setUint32(8, length)
  // Data that looks like frames is data.
  bytes.fill(1, 12)
  return bytes
}

/** How many of these frames are read before there are too many. */
const readable = (bytes: Uint8Array, now: (n: number) => number = () => 0) => {
  const meter = new MuxerMeter(0)
  for (let n = 0; n < 100_000; n++) {
    const excess = meter.read(bytes, now(n))
    if (excess !== null) return { n, excess }
  }
  return null
}

test('should count streams, by whichever frame they begin', (t) => {
  const expected = { n: STRANGERS.streams.burst, excess: 'streams' }
  t.deepEqual(readable(frame(WINDOW, SYN, 0)), expected)
  t.deepEqual(readable(frame(DATA, SYN, 100)), expected)
  t.deepEqual(readable(frame(DATA, SYN | FIN, 0)), expected)
})

test('should count pings that want an answer, and no answers', (t) => {
  t.deepEqual(readable(frame(PING, SYN, 1)), { n: STRANGERS.pings.burst, excess: 'pings' })
  const { burst } = STRANGERS.emptyFrames
  t.deepEqual(readable(frame(PING, ACK, 1)), { n: burst, excess: 'frames' })
})

test('should count frames that bring nothing', (t) => {
  const { burst } = STRANGERS.emptyFrames
  t.deepEqual(readable(frame(WINDOW, 0, 1000)), { n: burst, excess: 'frames' })
  t.deepEqual(readable(frame(DATA, 0, 0)), { n: burst, excess: 'frames' })
})

test('should let data pass, and what comes at the pace that is allowed', (t) => {
  t.is(readable(frame(DATA, 0, 1)), null)
  const pace = (perSecond: number) => (n: number) => (n * 1000) / perSecond
  t.is(readable(frame(WINDOW, SYN, 0), pace(STRANGERS.streams.perSecond)), null)
  t.is(readable(frame(PING, SYN, 0), pace(STRANGERS.pings.perSecond)), null)
})

test('should find the same frames however they are cut', (t) => {
  const random = seeded(3)
  const frames = Array.from({ length: 400 }, () =>
    random.next() < 0.7 ? frame(DATA, 0, random.integer(40)) : frame(WINDOW, SYN, 0)
  )
  const begun = frames.filter((bytes) => bytes[1] === WINDOW).length
  t.true(begun < STRANGERS.streams.burst)
  const all = Uint8Array.from(frames.flatMap((bytes) => [...bytes]))
  const meter = new MuxerMeter(0)
  for (let at = 0; at < all.length; ) {
    const next = at + 1 + random.integer(30)
    t.is(meter.read(all.subarray(at, next), 0), null)
    at = next
  }
  // As many more as were left, and not one.
  const rest = STRANGERS.streams.burst - begun
  for (let n = 0; n < rest; n++) t.is(meter.read(frame(WINDOW, SYN, 0), 0), null)
  t.is(meter.read(frame(WINDOW, SYN, 0), 0), 'streams')
})
