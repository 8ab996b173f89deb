import { createHash } from 'node:crypto'
import test from 'ava'
import type { Dataset } from '../../../src/data/dataset.ts'
import { createGlyphs } from '../../../src/data/glyphs.ts'
import type { Vector } from '../../../src/vector/vector.ts'
import { featuresOf, labelsOf, tableOf } from './tables.ts'

const PIXELS = 784

/** Of the first hundred rows as float32. They change only with the dataset, and then its results too. */
const TRAIN_SHA = '3d016ad711a62f20f3a03f85a635fbbb837ab094565c7025f5a761019209fe14'
const TEST_SHA = '6b3173c4ccef4bd1647863700c1c5f71655e6d06cb700fed79ff26a030fa5460'
const TRAIN_LABELS = [8, 0, 2, 9, 5, 1, 9, 4, 4, 6]

const small = createGlyphs({ train: 2_000, test: 500 })

const sha256 = (values: Vector): string => createHash('sha256').update(values).digest('hex')

const read = async (dataset: Dataset, rows: ArrayLike<number>): Promise<Vector> =>
  featuresOf(await tableOf(dataset, rows))

test('should make the same default rows on every machine', async (t) => {
  const glyphs = createGlyphs()
  const { train, test: held } = glyphs
  t.is(train.length, 12_000)
  t.is(held.length, 2_000)
  t.deepEqual(labelsOf(glyphs, train.subarray(0, 10)), TRAIN_LABELS)
  t.is(sha256(await read(glyphs, train.subarray(0, 100))), TRAIN_SHA)
  t.is(sha256(await read(glyphs, held.subarray(0, 100))), TEST_SHA)
})

test('should make a row the same whatever was read before it', async (t) => {
  const forwards = await read(small, [3, 4, 5, 1999])
  const backwards = await read(small, [1999, 5, 4, 3])
  for (let i = 0; i < 4; i++) {
    const there = forwards.subarray(i * PIXELS, (i + 1) * PIXELS)
    const back = backwards.subarray((3 - i) * PIXELS, (4 - i) * PIXELS)
    t.deepEqual(there, back, `row ${i}`)
  }
})

test('should write a row at the offset it is given and nowhere else', async (t) => {
  const into = new Float32Array(PIXELS + 2).fill(99)
  const table = await tableOf(small, [0])
  table.read(0, into, 1)
  t.is(into[0], 99)
  t.is(into[PIXELS + 1], 99)
  t.deepEqual(into.slice(1, -1), featuresOf(table))
})

test('should give the same row when it is read again', async (t) => {
  const table = await tableOf(small, [7, 8])
  const first = featuresOf(table)
  t.deepEqual(featuresOf(table), first)
})

test('should never make the same row twice, nor one row for both splits', async (t) => {
  const rows = [...small.train.subarray(0, 500), ...small.test]
  const features = await read(small, rows)
  const row = (i: number): Vector => features.slice(i * PIXELS, (i + 1) * PIXELS)
  t.is(new Set(rows.map((_, i) => sha256(row(i)))).size, 1_000)
})

test('should make another dataset from another seed', async (t) => {
  const other = createGlyphs({ seed: 2, train: 2_000, test: 500 })
  t.notDeepEqual(other.labels, small.labels)
  t.notDeepEqual(await read(other, [0]), await read(small, [0]))
})

test('should give every class the same number of rows, one more at most', (t) => {
  const glyphs = createGlyphs({ train: 1_003 })
  const labels = labelsOf(glyphs, glyphs.train)
  const counts = Array.from({ length: 10 }, (_, c) => labels.filter((label) => label === c).length)
  t.deepEqual(counts, [101, 101, 101, 100, 100, 100, 100, 100, 100, 100])
})

test('should be normalised to zero mean and unit variance', async (t) => {
  const features = await read(small, small.train)
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

test('should be separable by class means, though not well: there is something to learn', async (t) => {
  const train = await tableOf(small, small.train)
  const held = await tableOf(small, small.test)
  const means = classMeans(featuresOf(train), train.labels)
  const rows = featuresOf(held)
  let right = 0
  for (let i = 0; i < held.rows; i++) {
    const row = rows.subarray(i * PIXELS, (i + 1) * PIXELS)
    if (nearest(means, row) === held.labels[i]) right++
  }
  const accuracy = right / held.rows
  t.true(accuracy > 0.5 && accuracy < 0.9, `accuracy ${accuracy}`)
})

test('should refuse a row that is not there', async (t) => {
  const into = new Float32Array(PIXELS)
  const { read } = await tableOf(small, small.test)
  for (const row of [500, -1, Number.NaN]) {
    t.throws(() => read(row, into, 0), { instanceOf: RangeError })
  }
})
