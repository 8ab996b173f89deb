import { createHash } from 'node:crypto'
import test from 'ava'
import { tableOf } from '../../../src/data/dataset.ts'
import { createGlyphs } from '../../../src/data/glyphs.ts'
import type { Vector } from '../../../src/vector/vector.ts'

const PIXELS = 784

/** Of the first hundred rows as float32. They change only with the dataset, and then its results too. */
const TRAIN_SHA = '3d016ad711a62f20f3a03f85a635fbbb837ab094565c7025f5a761019209fe14'
const TEST_SHA = '6b3173c4ccef4bd1647863700c1c5f71655e6d06cb700fed79ff26a030fa5460'
const TRAIN_LABELS = [8, 0, 2, 9, 5, 1, 9, 4, 4, 6]

const small = createGlyphs({ train: 2_000, test: 500 })

const sha256 = (values: Vector): string => createHash('sha256').update(values).digest('hex')

test('should make the same default rows on every machine', (t) => {
  const { train, test: held } = createGlyphs()
  const rows = Array.from({ length: 100 }, (_, i) => i)
  t.is(train.labels.length, 12_000)
  t.is(held.labels.length, 2_000)
  t.deepEqual([...train.labels.subarray(0, 10)], TRAIN_LABELS)
  t.is(sha256(tableOf(createGlyphs(), train, rows).features), TRAIN_SHA)
  t.is(sha256(tableOf(createGlyphs(), held, rows).features), TEST_SHA)
})

test('should make a row the same whatever was read before it', (t) => {
  const forwards = tableOf(small, small.train, [3, 4, 5, 1999])
  const backwards = tableOf(small, small.train, [1999, 5, 4, 3])
  for (let i = 0; i < 4; i++) {
    const there = forwards.features.subarray(i * PIXELS, (i + 1) * PIXELS)
    const back = backwards.features.subarray((3 - i) * PIXELS, (4 - i) * PIXELS)
    t.deepEqual(there, back, `row ${i}`)
  }
})

test('should write a row at the offset it is given and nowhere else', (t) => {
  const into = new Float32Array(PIXELS + 2).fill(99)
  small.train.read(0, into, 1)
  t.is(into[0], 99)
  t.is(into[PIXELS + 1], 99)
  t.deepEqual(into.slice(1, -1), tableOf(small, small.train, [0]).features)
})

test('should never make the same row twice, nor one row for both splits', (t) => {
  const seen = new Set<string>()
  for (const split of [small.train, small.test]) {
    for (let i = 0; i < 500; i++) seen.add(sha256(tableOf(small, split, [i]).features))
  }
  t.is(seen.size, 1_000)
})

test('should make another dataset from another seed', (t) => {
  const other = createGlyphs({ seed: 2, train: 2_000, test: 500 })
  t.notDeepEqual(other.train.labels, small.train.labels)
  t.notDeepEqual(
    tableOf(other, other.train, [0]).features,
    tableOf(small, small.train, [0]).features
  )
})

test('should give every class the same number of rows, one more at most', (t) => {
  const { labels } = createGlyphs({ train: 1_003 }).train
  const counts = Array.from({ length: 10 }, (_, c) => labels.filter((label) => label === c).length)
  t.deepEqual(counts, [101, 101, 101, 100, 100, 100, 100, 100, 100, 100])
})

test('should be normalised to zero mean and unit variance', (t) => {
  const { features } = tableOf(small, small.train)
  const mean = features.reduce((sum, x) => sum + x, 0) / features.length
  const square = features.reduce((sum, x) => sum + x * x, 0) / features.length
  // A row's own mean varies by about 0.15, so 2,000 rows leave an error of 0.003; six times that.
  t.true(Math.abs(mean) < 0.02, `mean ${mean}`)
  t.true(Math.abs(square - mean ** 2 - 1) < 0.02, `variance ${square - mean ** 2}`)
})

const classMeans = (features: Vector, labels: Uint8Array): number[][] => {
  const means = Array.from({ length: 10 }, () => new Array<number>(PIXELS).fill(0))
  const each = labels.length / 10
  labels.forEach((label, row) => {
    const mean = means[label]!
    for (let i = 0; i < PIXELS; i++) mean[i]! += features[row * PIXELS + i]! / each
  })
  return means
}

const nearest = (means: readonly number[][], row: Vector): number => {
  const distances = means.map((mean) => mean.reduce((sum, x, i) => sum + (x - row[i]!) ** 2, 0))
  return distances.indexOf(Math.min(...distances))
}

test('should be separable by class means, though not well: there is something to learn', (t) => {
  const train = tableOf(small, small.train)
  const held = tableOf(small, small.test)
  const means = classMeans(train.features, train.labels)
  let right = 0
  for (let i = 0; i < held.rows; i++) {
    const row = held.features.subarray(i * PIXELS, (i + 1) * PIXELS)
    if (nearest(means, row) === held.labels[i]) right++
  }
  const accuracy = right / held.rows
  t.true(accuracy > 0.5 && accuracy < 0.9, `accuracy ${accuracy}`)
})

test('should refuse a row that is not there', (t) => {
  const into = new Float32Array(PIXELS)
  t.throws(() => small.test.read(500, into, 0), { instanceOf: RangeError })
  t.throws(() => small.test.read(-1, into, 0), { instanceOf: RangeError })
})
