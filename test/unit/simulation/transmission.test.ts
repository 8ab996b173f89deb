/** When frames arrive, against closed forms. */
import test from 'ava'
import { seeded } from '../../../src/random.ts'
import type { PeerLink } from '../../../src/simulation/peer-links.ts'
import { latencyBetween, portOf, Transmission } from '../../../src/simulation/transmission.ts'

/** 8 Mbit/s are 1000 bytes a millisecond. */
const LINK: PeerLink = { name: null, latencyMs: 10, jitterMs: 0, upMbps: 8, downMbps: 8, loss: 0 }
const EXACT = 1e-9

const port = (link: Partial<PeerLink> = {}) => portOf({ ...LINK, ...link })
const perfect = (seed = 1) => new Transmission(seeded(seed), { delays: null, duplicates: 0 })

const near = (t: { true(value: boolean, message?: string): unknown }, a: number, b: number) =>
  t.true(Math.abs(a - b) < EXACT, `${a} instead of ${b}`)

test('should send frame after frame over an uplink, to whomever', (t) => {
  const transmission = perfect()
  const [from, near1, far] = [port(), port({ latencyMs: 20 }), port({ latencyMs: 90 })]
  const random = seeded(7)
  let bytes = 0
  for (let i = 0; i < 50; i++) {
    const size = 1 + random.integer(5000)
    bytes += size
    const to = i % 2 === 0 ? near1 : far
    // One direction for each frame: order on a connection is another test's business.
    const arrives = transmission.send(100, size, from, to, { last: 0 })
    near(t, arrives, 100 + bytes / 1000 + (i % 2 === 0 ? 15 : 50))
  }
})

test('should not make a frame wait for an uplink that has long been free', (t) => {
  const transmission = perfect()
  const [from, to] = [port(), port()]
  const direction = { last: 0 }
  near(t, transmission.send(0, 3000, from, to, direction), 13)
  near(t, transmission.send(500, 3000, from, to, direction), 513)
})

test('should take the mean of the two ends for the latency of a path', (t) => {
  t.is(latencyBetween(port({ latencyMs: 4 }), port({ latencyMs: 50 })), 27)
})

/** When `to` has each of the frames that `senders` send it at once at time 0, in order of arrival. */
const taken = (senders: ReadonlyArray<Partial<PeerLink>>, to: Partial<PeerLink>, size: number) => {
  const transmission = perfect()
  const target = port(to)
  return senders
    .map((link) => port(link))
    .map((from) => ({ from, at: transmission.send(0, size, from, target, { last: 0 }) }))
    .sort((a, b) => a.at - b.at)
    .map(({ from, at }) => transmission.receive(at, size, from, target))
}

test('should take a frame in as fast as the slower of uplink and downlink', (t) => {
  for (const [up, down] of [
    [8, 80],
    [80, 8],
    [8, 8],
    [0.5, 1000]
  ] as const) {
    const [at] = taken([{ upMbps: up }], { downMbps: down }, 5000)
    near(t, at!, 10 + 5000 / (Math.min(up, down) * 125))
  }
})

test('should take two frames in one after the other over a downlink that is full with one', (t) => {
  const [first, second] = taken([{}, {}], {}, 5000)
  near(t, first!, 10 + 5)
  near(t, second!, 10 + 10)
})

test('should let senders that together are slower than a downlink not wait for each other', (t) => {
  // Ten uplinks of 8 Mbit/s into 100: every byte is taken in the moment that it comes.
  const all = taken(new Array(10).fill({ upMbps: 8 }), { downMbps: 100 }, 5000)
  for (const at of all) near(t, at, 10 + 5)
})

test('should be through with many frames when a downlink that is never idle is', (t) => {
  // n frames of s bytes need n s / down at least, and the last comes after s / up.
  for (const [senders, up, down] of [
    [3, 8, 8],
    [8, 20, 100],
    [5, 8, 4],
    [12, 8, 40],
    [2, 8, 1000]
  ] as const) {
    const size = 5000
    const links = new Array(senders).fill({ upMbps: up })
    const all = taken(links, { downMbps: down }, size)
    const expected = 10 + Math.max(size / (up * 125), (senders * size) / (down * 125))
    near(t, all.at(-1)!, expected)
    for (const at of all) t.true(at >= 10 + size / (up * 125) - EXACT, 'before its last byte')
  }
})

test('should not be held up by frames that were taken in long ago', (t) => {
  const transmission = perfect()
  const [from, to] = [port(), port({ downMbps: 4 })]
  for (const now of [0, 1000, 2000]) {
    const at = transmission.send(now, 5000, from, to, { last: 0 })
    near(t, transmission.receive(at, 5000, from, to), now + 10 + 10)
  }
})

test('should let nothing overtake on a connection, whatever holds frames up', (t) => {
  const delays = { probability: 0.2, ms: 100 }
  const transmission = new Transmission(seeded(2), { delays, duplicates: 0 })
  const [from, to] = [port({ jitterMs: 30 }), port({ jitterMs: 30, downMbps: 20 })]
  const direction = { last: 0 }
  let [arrived, received] = [0, 0]
  let held = 0
  for (let i = 0; i < 2000; i++) {
    const at = transmission.send(i, 100, from, to, direction)
    t.true(at >= arrived, `frame ${i} arrives before the one ahead of it`)
    if (at === arrived) held++
    const all = transmission.receive(at, 100, from, to)
    t.true(all >= received && all >= at, `frame ${i} is taken in before the one ahead of it`)
    ;[arrived, received] = [at, all]
  }
  t.true(held > 500, `only ${held} frames were held up by one ahead of them`)
})

const FRAMES = 20_000

test('should be late by an exponential whose mean is that of the two ends', (t) => {
  const transmission = perfect(3)
  const [from, to] = [port({ jitterMs: 10, upMbps: 1e6 }), port({ jitterMs: 30 })]
  const late = Array.from(
    { length: FRAMES },
    (_, i) => transmission.send(i * 1000, 1, from, to, { last: 0 }) - i * 1000 - 10
  )
  t.true(late.every((ms) => ms >= 0))
  const mean = late.reduce((sum, ms) => sum + ms) / FRAMES
  t.true(Math.abs(mean - 20) < (4 * 20) / Math.sqrt(FRAMES), `mean ${mean}`)
  // Of an exponential, exp(-1) lie above the mean and exp(-3) above three of them.
  for (const times of [1, 3]) {
    const share = Math.exp(-times)
    const above = late.filter((ms) => ms > 20 * times).length
    const bound = 4 * Math.sqrt(FRAMES * share * (1 - share))
    t.true(Math.abs(above - FRAMES * share) < bound, `${above} above ${times} means`)
  }
})

for (const probability of [0.02, 0.5]) {
  test(`should hold back ${100 * probability} % of the frames by the delay, and count them`, (t) => {
    const delays = { probability, ms: 250 }
    const transmission = new Transmission(seeded(4), { delays, duplicates: 0 })
    const [from, to] = [port({ upMbps: 1e6 }), port()]
    let held = 0
    for (let i = 0; i < FRAMES; i++) {
      const late = transmission.send(i * 1000, 1, from, to, { last: 0 }) - i * 1000 - 10
      t.true(Math.abs(late) < 1e-3 || Math.abs(late - 250) < 1e-3, `${late} ms`)
      if (late > 100) held++
    }
    t.is(transmission.delayed, held)
    const bound = 4 * Math.sqrt(FRAMES * probability * (1 - probability))
    t.true(Math.abs(held - FRAMES * probability) < bound, `${held} of ${FRAMES}`)
  })
}

test('should repeat and lose frames as often as it should, and never without a reason', (t) => {
  const transmission = new Transmission(seeded(5), { delays: null, duplicates: 0.1 })
  const [a, b, lossy] = [port(), port(), port({ loss: 0.2 })]
  let [twice, lost] = [0, 0]
  for (let i = 0; i < FRAMES; i++) {
    if (transmission.twice()) twice++
    if (transmission.lost(a, lossy)) lost++
    t.false(transmission.lost(a, b))
  }
  t.is(transmission.duplicated, twice)
  t.true(Math.abs(twice - FRAMES * 0.1) < 4 * Math.sqrt(FRAMES * 0.09), `${twice} twice`)
  // Only one of the ends loses: the path loses what it does.
  t.true(Math.abs(lost - FRAMES * 0.2) < 4 * Math.sqrt(FRAMES * 0.16), `${lost} lost`)
  t.false(perfect().twice())
})
