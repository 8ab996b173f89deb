import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { networkSchema } from '../../../src/simulation/network-schema.ts'
import { drawAmount, drawLinks } from '../../../src/simulation/peer-links.ts'

const links = (network: object, peers: number, seed = 1) =>
  drawLinks(networkSchema.parse(network), peers, seeded(seed))

/** Every way to give `left` places to `kinds` classes. */
function* allocations(kinds: number, left: number): Generator<number[]> {
  if (kinds === 1) yield [left]
  else {
    for (let first = 0; first <= left; first++) {
      for (const rest of allocations(kinds - 1, left - first)) yield [first, ...rest]
    }
  }
}

const CLASSES = ['fibre', 'home', 'mobile', 'far']

test('should give out classes as near to their shares as whole peers allow', (t) => {
  const random = seeded(3)
  for (let trial = 0; trial < 200; trial++) {
    const kinds = 1 + random.integer(CLASSES.length)
    const peers = 1 + random.integer(14)
    const shares = Array.from({ length: kinds }, () => 0.05 + random.next() * 10)
    const classes = shares.map((share, i) => ({ name: CLASSES[i], share }))
    const given = CLASSES.slice(0, kinds).map(
      (name) => links({ classes }, peers, trial).filter((link) => link.name === name).length
    )
    // Largest remainders leave the least sum of squared deviations of all allocations.
    const total = shares.reduce((sum, share) => sum + share)
    const deviation = (counts: readonly number[]): number =>
      counts.reduce((sum, count, i) => sum + (count - (shares[i]! / total) * peers) ** 2, 0)
    const best = Math.min(...[...allocations(kinds, peers)].map(deviation))
    t.true(deviation(given) <= best + 1e-9, `${given} of ${peers} for ${shares}`)
  }
})

test('should give one class to each of two equal shares among an odd number', (t) => {
  const classes = [
    { name: 'fibre', share: 1 },
    { name: 'home', share: 1 }
  ]
  const names = links({ classes }, 5).map(({ name }) => name)
  t.is(names.filter((name) => name === 'fibre').length, 3, 'the first of equal remainders')
})

test('should mix classes among the peers, another way for another seed', (t) => {
  const classes = [
    { name: 'fibre', share: 1 },
    { name: 'home', share: 1 }
  ]
  const names = (seed: number) => links({ classes }, 64, seed).map(({ name }) => name)
  t.deepEqual(names(1), names(1))
  t.notDeepEqual(names(1), names(2))
  // 64 peers in random order: 32 neighbours of another class, with a deviation of 4.
  const changes = names(1).filter((name, i, all) => i > 0 && name !== all[i - 1]).length
  t.true(changes > 16 && changes < 48, `${changes} changes of class`)
})

const SAMPLES = 20_000

const draws = (amount: Parameters<typeof drawAmount>[0], seed = 5): number[] => {
  const random = seeded(seed)
  return Array.from({ length: SAMPLES }, () => drawAmount(amount, random))
}

const moments = (values: readonly number[]): { mean: number; deviation: number } => {
  const mean = values.reduce((sum, value) => sum + value) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) }
}

for (const [median, sigma] of [
  [20, 0.5],
  [3, 1.5]
] as const) {
  test(`should draw a lognormal of median ${median} and sigma ${sigma}`, (t) => {
    const values = draws({ distribution: 'lognormal', median, sigma })
    const { mean, deviation } = moments(values.map(Math.log))
    // Four standard errors of the mean and of the deviation of a normal sample.
    t.true(Math.abs(mean - Math.log(median)) < (4 * sigma) / Math.sqrt(SAMPLES), `mean ${mean}`)
    t.true(Math.abs(deviation - sigma) < (4 * sigma) / Math.sqrt(2 * SAMPLES), `${deviation}`)
    const below = values.filter((value) => value < median).length
    t.true(Math.abs(below - SAMPLES / 2) < 4 * Math.sqrt(SAMPLES / 4), `${below} below the median`)
  })
}

test('should draw a uniform amount between its ends, and all over them', (t) => {
  const values = draws({ distribution: 'uniform', from: 5, to: 35 })
  t.true(values.every((value) => value >= 5 && value <= 35))
  const { mean, deviation } = moments(values)
  const sigma = 30 / Math.sqrt(12)
  t.true(Math.abs(mean - 20) < (4 * sigma) / Math.sqrt(SAMPLES), `mean ${mean}`)
  // The fourth moment of a uniform: var(s^2) / s^4 = (9/5 - 1) / n.
  t.true(Math.abs(deviation / sigma - 1) < 4 * Math.sqrt(0.2 / SAMPLES), `deviation ${deviation}`)
  for (let i = 0; i < 10; i++) {
    const part = values.filter((value) => value >= 5 + 3 * i && value < 8 + 3 * i).length
    t.true(Math.abs(part - SAMPLES / 10) < 4 * Math.sqrt(SAMPLES * 0.09), `tenth ${i}: ${part}`)
  }
})

test('should cut the tails of a distribution at the bounds, and keep a plain number', (t) => {
  const random = seeded(1)
  const wide = { distribution: 'lognormal', median: 100, sigma: 5 } as const
  const values = Array.from({ length: 1000 }, () => drawAmount(wide, random, [50, 60]))
  t.deepEqual([...new Set(values)].sort().at(0), 50)
  t.deepEqual([...new Set(values)].sort().at(-1), 60)
  t.is(drawAmount(7, random), 7)
  const latencies = links({ latencyMs: { distribution: 'lognormal', median: 6e4, sigma: 5 } }, 100)
  t.is(Math.max(...latencies.map(({ latencyMs }) => latencyMs)), 60_000)
})

test('should give the links of the scenario to everyone where there are no classes', (t) => {
  const bandwidthMbps = { up: 2, down: 30 }
  for (const link of links({ latencyMs: 7, jitterMs: 2, bandwidthMbps, loss: 0 }, 3)) {
    const expected = { name: null, latencyMs: 7, jitterMs: 2, upMbps: 2, downMbps: 30, loss: 0 }
    t.deepEqual(link, expected)
  }
  const [link] = links({ bandwidthMbps: 12 }, 1)
  t.is(link!.upMbps, 12)
  t.is(link!.downMbps, 12)
})

test('should lose on a path between two equal links what the scenario says', (t) => {
  for (const loss of [0, 1e-4, 0.01, 0.5]) {
    const [a, b] = links({ loss }, 2)
    const lost = 1 - (1 - a!.loss) * (1 - b!.loss)
    t.true(Math.abs(lost - loss) < 1e-15, `${loss}: ${lost}`)
  }
})

const SPREAD = { latencyMs: { distribution: 'lognormal', median: 20, sigma: 1 } }

test('should draw the same links from the same seed, and others from another', (t) => {
  t.deepEqual(links(SPREAD, 20, 1), links(SPREAD, 20, 1))
  const [first, second] = [1, 2].map((seed) => links(SPREAD, 20, seed))
  for (const [i, link] of first!.entries()) t.not(link.latencyMs, second![i]!.latencyMs)
})

test('should leave the latencies of the others as they are when a peer is added', (t) => {
  t.deepEqual(links(SPREAD, 21).slice(0, 20), links(SPREAD, 20))
  t.is(new Set(links(SPREAD, 21).map(({ latencyMs }) => latencyMs)).size, 21)
})
