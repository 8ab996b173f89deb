import { existsSync } from 'node:fs'
import { mkdir, truncate } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import test from 'ava'
import { MAX_BYTES } from '../../../src/data/idx-header.ts'
import { openMnist, openMnist10k } from '../../../src/data/mnist.ts'
import {
  folderWith,
  GOOD,
  images,
  labels,
  PIXELS,
  problemsOf,
  TEST_IMAGES,
  TEST_LABELS,
  TRAIN_IMAGES,
  TRAIN_LABELS
} from './idx-files.ts'
import { featuresOf, labelsOf, tableOf } from './tables.ts'

const FORMS: Readonly<Record<string, (name: string, content: Buffer) => [string, Buffer]>> = {
  plain: (name, content) => [name, content],
  gzipped: (name, content) => [`${name}.gz`, gzipSync(content)],
  dotted: (name, content) => [name.replace('-idx', '.idx'), content],
  'dotted and gzipped': (name, content) => [`${name.replace('-idx', '.idx')}.gz`, gzipSync(content)]
}

for (const [form, transform] of Object.entries(FORMS)) {
  test(`should read ${form} files`, async (t) => {
    const files = Object.entries(GOOD).map(([name, content]) => transform(name, content!))
    const { dataset } = await openMnist(await folderWith(t, Object.fromEntries(files)))
    t.deepEqual(labelsOf(dataset, dataset.train), [7, 0, 9])
    t.deepEqual(labelsOf(dataset, dataset.test), [1, 2])
    t.deepEqual(dataset.shape, [28, 28, 1])
    const table = await tableOf(dataset, dataset.test)
    const features = featuresOf(table)
    const expected = (byte: number): number => Math.fround((byte / 255 - 0.1307) / 0.3081)
    t.true(features.subarray(0, PIXELS).every((x) => x === expected(100)))
    t.true(features.subarray(PIXELS).every((x) => x === expected(101)))
    t.throws(() => table.read(2, features, 0), { instanceOf: RangeError })
  })
}

test('should report the problems of all files at once', async (t) => {
  const folder = await folderWith(t, {
    [TRAIN_IMAGES]: images(3).subarray(0, 100),
    [TRAIN_LABELS]: labels(7, 200, 9),
    [TEST_LABELS]: labels(11)
  })
  await mkdir(join(folder, TEST_IMAGES))
  const problems = await problemsOf(t, folder)
  t.deepEqual(
    problems.map(({ path }) => basename(path)),
    [TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS]
  )
  t.is(problems[2]!.rule, 'must be a file')
})

test('should refuse a file above the limit without reading it', async (t) => {
  const folder = await folderWith(t, GOOD)
  // Sparse: no disk is filled.
  await truncate(join(folder, TRAIN_IMAGES), MAX_BYTES + 1)
  const [problem] = await problemsOf(t, folder)
  t.is(problem!.rule, `must be at most ${MAX_BYTES} bytes long, is ${MAX_BYTES + 1}`)
})

test('should say where to get the files when the folder is empty or missing', async (t) => {
  const folder = await folderWith(t, {})
  const empty = await problemsOf(t, folder)
  t.deepEqual(
    empty.map(({ path }) => basename(path)),
    [TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS]
  )
  const missing = await problemsOf(t, join(folder, 'nowhere'))
  t.deepEqual(
    missing.map(({ path }) => path),
    [join(folder, 'nowhere')]
  )
  for (const { remedy } of [...empty, ...missing]) t.regex(remedy, /--set data\.path=FOLDER/)
})

const root = resolve(import.meta.dirname, '../../..')
const real = join(process.env['SWARMGRAD_DATA'] ?? join(root, '../shared/data'), 'mnist')
const maybe = existsSync(real) ? test : test.skip
const reason = existsSync(real) ? '' : ` (skipped: there is no ${real})`

maybe(`should read the real MNIST${reason}`, async (t) => {
  const { dataset } = await openMnist(real)
  const histogram = (values: readonly number[]): number[] => {
    const counts = new Array<number>(10).fill(0)
    for (const label of values) counts[label]!++
    return counts
  }
  // The published numbers of every digit.
  t.deepEqual(
    histogram(labelsOf(dataset, dataset.train)),
    [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
  )
  t.deepEqual(
    histogram(labelsOf(dataset, dataset.test)),
    [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
  )
  const features = featuresOf(await tableOf(dataset, dataset.train))
  let sum = 0
  let squares = 0
  for (const x of features) {
    sum += x
    squares += x * x
  }
  // The constants have four digits.
  t.true(Math.abs(sum / features.length) < 5e-4)
  t.true(Math.abs(squares / features.length - 1) < 1e-3)
})

maybe(`should split the real test files into 8,000 rows and 2,000${reason}`, async (t) => {
  const { dataset } = await openMnist10k(real)
  t.is(dataset.train.length, 8000)
  t.is(dataset.test.length, 2000)
  // Of the whole's 1135 ones a fifth, give or take four deviations.
  const ones = labelsOf(dataset, dataset.test).filter((label) => label === 1).length
  t.true(Math.abs(ones - 227) < 4 * Math.sqrt(227 * 0.8), `${ones}`)
})
