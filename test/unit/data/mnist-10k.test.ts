import test from 'ava'
import type { Dataset } from '../../../src/data/dataset.ts'
import { openMnist10k } from '../../../src/data/mnist.ts'
import type { InvalidInputError } from '../../../src/errors.ts'
import { permutation, seeded } from '../../../src/random.ts'
import { folderWith, idx, PIXELS, TEST_IMAGES, TEST_LABELS } from './idx-files.ts'
import { featuresOf, tableOf } from './tables.ts'

const ROWS = 50
/** Every image is another: its number is in its first pixel. */
const image = (row: number): number[] => [row + 1, ...new Array<number>(PIXELS - 1).fill(0)]

/** The two files with the rows in some order. */
const filesOf = (order: readonly number[]) => ({
  [TEST_IMAGES]: idx([order.length, 28, 28], order.flatMap(image)),
  [TEST_LABELS]: idx(
    [order.length],
    order.map((row) => row % 7)
  )
})

/** [number, label] of every row, in the table's order. */
const rowsOf = async (dataset: Dataset, rows: Int32Array): Promise<number[][]> => {
  const table = await tableOf(dataset, rows)
  const features = featuresOf(table)
  return Array.from({ length: table.rows }, (_, row) => [
    Math.round(255 * (features[row * PIXELS]! * 0.3081 + 0.1307)) - 1,
    table.labels[row]!
  ])
}

test('should split the test files alone 4 : 1, every row with its label', async (t) => {
  const { dataset } = await openMnist10k(await folderWith(t, filesOf([...Array(ROWS).keys()])))
  t.is(dataset.name, 'mnist-10k')
  t.deepEqual(dataset.shape, [28, 28, 1])
  const train = await rowsOf(dataset, dataset.train)
  const rest = await rowsOf(dataset, dataset.test)
  t.is(train.length, 40)
  t.is(rest.length, 10)
  const all = [...train, ...rest].sort(([a], [b]) => a! - b!)
  t.deepEqual(
    all,
    Array.from({ length: ROWS }, (_, row) => [row, row % 7])
  )
  // 10 of 50 rows at random are the last ten once in 10^10.
  t.notDeepEqual(
    train.map(([row]) => row),
    [...Array(40).keys()]
  )
})

test('should split alike whatever order the files have the rows in', async (t) => {
  const tables = []
  for (const order of [[...Array(ROWS).keys()], [...permutation(seeded(3), ROWS)]]) {
    const { dataset } = await openMnist10k(await folderWith(t, filesOf(order)))
    tables.push([await rowsOf(dataset, dataset.train), await rowsOf(dataset, dataset.test)])
  }
  t.deepEqual(tables[0], tables[1])
})

test('should name only the test files where they are missing', async (t) => {
  const error = await t.throwsAsync(openMnist10k(await folderWith(t, {})))
  const { problems } = error as InvalidInputError
  t.deepEqual(
    problems.map(({ path }) => path.split('/').at(-1)),
    [TEST_IMAGES, TEST_LABELS]
  )
})
