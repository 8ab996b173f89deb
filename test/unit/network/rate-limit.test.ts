import test from 'ava'
import { RateLimit } from '../../../src/network/rate-limit.ts'
import type { Urgency } from '../../../src/network/turns.ts'
import { LeapingClock } from '../../helpers/leaping-clock.ts'

const RATE = 20_000

/** Streams that each upload `bytes`, a turn at a time; when each of them was through, in ms. */
const upload = async (
  streams: ReadonlyArray<{ bytes: number; urgency: Urgency }>,
  rate = RATE
): Promise<readonly number[]> => {
  const clock = new LeapingClock()
  const { up } = new RateLimit({ up: rate, down: null }, clock)
  return Promise.all(
    streams.map(async ({ bytes, urgency }) => {
      for (let left = bytes; left > 0; left -= up.size) {
        const part = Math.min(left, up.size)
        await up.stream(part, urgency)
        await up.socket(part)
      }
      return clock.now()
    })
  )
}

const near = (got: number, expected: number, share: number): boolean =>
  Math.abs(got - expected) <= share * expected

test('should share an upload evenly among streams, and pay for their bytes once', async (t) => {
  const bytes = 200_000
  const times = await upload(Array.from({ length: 5 }, () => ({ bytes, urgency: 'bulk' }) as const))
  const expected = ((5 * bytes - RATE) / RATE) * 1000
  // A turn comes when the one before it is paid for; the streams' last ones are a quarter of a second each.
  for (const time of times) {
    t.true(time <= expected && time >= expected - 1250, `${times} of ${expected} ms`)
  }
})

test('should let what steers pass what is large', async (t) => {
  const [bulk, control] = await upload([
    { bytes: 1_000_000, urgency: 'bulk' },
    { bytes: 100_000, urgency: 'control' }
  ])
  t.true(near(control!, ((100_000 - RATE) / RATE) * 1000, 0.1), `${control} ms`)
  t.true(near(bulk!, ((1_100_000 - RATE) / RATE) * 1000, 0.02), `${bulk} ms`)
})

test('should keep a ping waiting for no more than two turns, behind any number of streams', async (t) => {
  const clock = new LeapingClock()
  const { up } = new RateLimit({ up: RATE, down: null }, clock)
  let isOver = false
  const streams = Array.from({ length: 50 }, async () => {
    while (!isOver) {
      await up.stream(up.size, 'bulk')
      await up.socket(up.size)
    }
  })
  const waits: number[] = []
  for (let i = 0; i < 100; i++) {
    // Somewhere within the turn of a stream.
    await up.stream(1, 'bulk')
    const began = clock.now()
    await up.socket(100)
    waits.push(clock.now() - began)
  }
  isOver = true
  up.limit(null)
  await Promise.all(streams)
  t.true(Math.max(...waits) <= 500, `${Math.max(...waits)} ms`)
})

test('should hand on what streams download at the rate, and count what no stream asks for', async (t) => {
  const clock = new LeapingClock()
  const { down } = new RateLimit({ up: null, down: RATE }, clock)
  const neighbours = 4
  const chunk = 4_096
  let total = 0
  /** Reads ahead what its window of 64 chunks allows; two per cent more are headers and gossip. */
  const neighbour = async (chunks: number): Promise<readonly number[]> => {
    down.sockets++
    const handedOn: number[] = []
    let ahead = Promise.resolve()
    const window: Array<Promise<void>> = []
    for (let i = 0; i < chunks; i++) {
      if (window.length === 64) await window.shift()
      await down.socket(Math.round(chunk * 1.02))
      total += Math.round(chunk * 1.02)
      ahead = ahead
        .then(() => down.stream(chunk, 'bulk'))
        .then(() => {
          handedOn.push(clock.now())
        })
      window.push(ahead)
    }
    await ahead
    return handedOn
  }
  const times = await Promise.all(Array.from({ length: neighbours }, () => neighbour(200)))
  const expected = ((total - RATE) / RATE) * 1000
  t.true(near(clock.now(), expected, 0.01), `${clock.now()} of ${expected} ms`)
  // Evenly in time, and among neighbours: no window is handed on in one go.
  const turn = (neighbours * chunk * 1.5 * 1000) / RATE
  for (const each of times) {
    each.slice(1).forEach((at, i) => {
      t.true(at - each[i]! <= 2 * turn, `${at - each[i]!} ms between two chunks`)
    })
  }
})

test('should hold back a socket that floods with what no window holds back', async (t) => {
  const clock = new LeapingClock()
  const { down } = new RateLimit({ up: null, down: RATE }, clock)
  for (let i = 0; i < 10_000; i++) await down.socket(1_000)
  // Of one connection 576 KiB may be ahead, and then a second's worth, twice.
  const expected = ((10_000_000 - (576 << 10) - 2 * RATE) / RATE) * 1000
  t.true(near(clock.now(), expected, 0.01), `${clock.now()} of ${expected} ms`)
})

test('should let everyone go who waits when a limit is lifted', async (t) => {
  const { up } = new RateLimit({ up: 1, down: null }, { now: () => 0, after: () => {} })
  await up.stream(1_000, 'bulk')
  const waiting = [up.stream(1, 'bulk'), up.stream(1, 'control'), up.socket(2_000)]
  up.limit(null)
  await Promise.all(waiting)
  t.false(up.limited)
})
