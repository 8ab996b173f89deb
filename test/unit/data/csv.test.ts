import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { Dataset } from '../../../src/data/dataset.ts'
import { openDataset } from '../../../src/data/index.ts'
import { seeded } from '../../../src/random.ts'
import type { DataConfig } from '../../../src/swarm/recipe.ts'
import { featuresOf, labelsOf, tableOf } from './tables.ts'

type Files = Readonly<Record<string, string | Uint8Array>>

const folderOf = async (t: ExecutionContext, files: Files): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'swarmgrad-csv-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}

const open = (path: string | null, options: Partial<DataConfig> = {}): Promise<Dataset> =>
  openDataset({ label: 'label', ...options, name: 'csv', path })

/** All rows of a part: [label, ...features]. */
const rowsOf = async (dataset: Dataset, part: Int32Array): Promise<number[][]> => {
  const table = await tableOf(dataset, part)
  const features = featuresOf(table)
  return Array.from(table.labels, (label, row) => [
    label,
    ...features.subarray(row * table.width, (row + 1) * table.width)
  ])
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** Of all values, not of a sample. */
const deviation = (values: readonly number[]): number => {
  const middle = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)))
}

const TRAIN = `\u{feff}height,city,id,width,label
1.5, Rome ,1,-2e1,yes
2.5,"Par,is",2,+.5,no

 3.5 ,Rome,3,7.,maybe\r
4,Oslo,4,0,no
`
const TEST = `height,city,id,width,label
10,Oslo,9,1,no
1,Bern,8,2,yes
`
const OPTIONS = { categorical: ['city'], ignore: ['id'] }

test('should say how each element comes about, for whoever has to make rows', async (t) => {
  const dataset = await open(await folderOf(t, { 'train.csv': TRAIN, 'test.csv': TEST }), OPTIONS)
  t.is(dataset.kind, 'floats')
  const { elements } = dataset as Extract<Dataset, { kind: 'floats' }>
  t.deepEqual(
    elements.map(({ name }) => name),
    ['height', 'city=Oslo', 'city=Par,is', 'city=Rome', 'width']
  )
  const heights = [1.5, 2.5, 3.5, 4]
  t.true(Math.abs(elements[0]!.mean - mean(heights)) < 1e-12)
  t.true(Math.abs(elements[0]!.deviation - deviation(heights)) < 1e-12)
  for (const { mean, deviation } of elements.slice(1, 4)) t.deepEqual([mean, deviation], [0, 1])
})

test('should standardise numbers by the training table and make names one-hot', async (t) => {
  const dataset = await open(await folderOf(t, { 'train.csv': TRAIN, 'test.csv': TEST }), OPTIONS)
  // Of three classes: maybe, no, yes. Columns: height, the cities Oslo, Par,is and Rome, width.
  t.is(dataset.classes, 3)
  t.deepEqual(dataset.shape, [1, 1, 5])
  const heights = [1.5, 2.5, 3.5, 4]
  const widths = [-20, 0.5, 7, 0]
  const row = (label: number, height: number, cities: readonly number[], width: number) => [
    label,
    Math.fround((height - mean(heights)) / deviation(heights)),
    ...cities,
    Math.fround((width - mean(widths)) / deviation(widths))
  ]
  const near = (found: readonly number[][], expected: readonly number[][]): void => {
    t.is(found.length, expected.length)
    for (const [i, values] of found.entries()) {
      for (const [j, value] of values.entries()) {
        // Of float32; the two ways to a deviation differ in the last bits of float64.
        t.true(Math.abs(value - expected[i]![j]!) <= 1e-6, `${i} ${j}: ${value}`)
      }
    }
  }
  near(await rowsOf(dataset, dataset.train), [
    row(2, 1.5, [0, 0, 1], -20),
    row(1, 2.5, [0, 1, 0], 0.5),
    row(0, 3.5, [0, 0, 1], 7),
    row(1, 4, [1, 0, 0], 0)
  ])
  // Bern is in no row of the training.
  near(await rowsOf(dataset, dataset.test), [row(1, 10, [1, 0, 0], 1), row(2, 1, [0, 0, 0], 2)])
})

/** 1000 rows whose numbers have trends, so that parts differ; labels 3, 20 and 100 in turn. */
const MANY = (() => {
  const random = seeded(4)
  const rows = Array.from({ length: 1000 }, (_, i) => ({
    label: [3, 20, 100][i % 3]!,
    a: 1e6 + i + random.normal(),
    b: random.normal() / 1000
  }))
  return { rows, text: `b,label,a\n${rows.map((r) => `${r.b},${r.label},${r.a}`).join('\n')}` }
})()

test('should draw the test from a single table, the same share of every class', async (t) => {
  const folder = await folderOf(t, { 'any.csv': MANY.text })
  const dataset = await open(folder, { test: 0.2 })
  const { train, test: held } = dataset
  t.deepEqual(
    [...train, ...held].sort((a, b) => a - b),
    [...MANY.rows.keys()]
  )
  t.is(held.length, 200)
  // Labels are numbered in the order of numbers: 3, 20, 100.
  t.deepEqual(
    labelsOf(dataset, held),
    Array.from(held, (row) => row % 3)
  )
  for (const label of [0, 1, 2]) {
    const count = labelsOf(dataset, held).filter((other) => other === label).length
    t.true(Math.abs(count - 66.7) <= 1, `${count} of class ${label}`)
  }
  t.notDeepEqual(
    [...held],
    Array.from({ length: 200 }, (_, i) => 800 + i)
  )
  const again = await open(folder, { test: 0.2 })
  t.deepEqual(again.test, held)
  const byTraining = (key: 'a' | 'b') => {
    const values = Array.from(train, (row) => MANY.rows[row]![key])
    return (row: number) => (MANY.rows[row]![key] - mean(values)) / deviation(values)
  }
  const [a, b] = [byTraining('a'), byTraining('b')]
  for (const part of [train, held]) {
    for (const [i, [, first, second]] of (await rowsOf(dataset, part)).entries()) {
      t.true(Math.abs(first! - b(part[i]!)) < 1e-5, `b of row ${part[i]}`)
      t.true(Math.abs(second! - a(part[i]!)) < 1e-5, `a of row ${part[i]}`)
    }
  }
})

test('should read the rows that are wanted only, and tell how far it is', async (t) => {
  const dataset = await open(await folderOf(t, { 'any.csv': MANY.text }))
  const all = await rowsOf(dataset, Int32Array.from(MANY.rows.keys()))
  t.deepEqual(await rowsOf(dataset, Int32Array.of(999, 0, 500)), [all[999], all[0], all[500]])
})

test('should read a table that is longer than what is read at once', async (t) => {
  const random = seeded(5)
  const values = Array.from({ length: 40_000 }, () => [random.normal(), random.normal()] as const)
  const lines = values.map(([a, b], i) => `${a},"${b}",${i % 2}`)
  const content = Buffer.from(['a,b,label', ...lines].join('\r\n'))
  t.true(content.length > 3 * 2 ** 18)
  const dataset = await open(await folderOf(t, { 'any.csv': content }))
  const training = Array.from(dataset.train, (row) => values[row]![1])
  const [middle, spread] = [mean(training), deviation(training)]
  const rows = await rowsOf(dataset, dataset.test)
  t.is(rows.length, 4000)
  rows.forEach(([label, , b], i) => {
    const row = dataset.test[i]!
    if (label !== row % 2) t.fail(`label of ${row}`)
    if (Math.abs(b! - (values[row]![1] - middle) / spread) > 1e-5) t.fail(`b of ${row}`)
  })
})

test('should take the mean for a value that is missing, where that is asked for', async (t) => {
  const table = 'x,c,label\n1,a,p\nNA,,q\n?,b,p\n3,a,q\n'
  const files = { 'train.csv': table, 'test.csv': 'x,c,label\n,n/a,p\nnull,NaN,q\n' }
  const dataset = await open(await folderOf(t, files), { categorical: ['c'], missing: 'mean' })
  t.deepEqual(await rowsOf(dataset, dataset.train), [
    [0, -1, 1, 0],
    [1, 0, 0, 0],
    [0, 0, 0, 1],
    [1, 1, 1, 0]
  ])
  t.deepEqual(await rowsOf(dataset, dataset.test), [
    [0, 0, 0, 0],
    [1, 0, 0, 0]
  ])
})

test('should make nothing of a column that never varies in the training', async (t) => {
  const files = { 'train.csv': 'x,y,label\n0.1,1,p\n0.1,2,q\n', 'test.csv': 'x,y,label\n5,2,p\n' }
  const dataset = await open(await folderOf(t, files))
  t.deepEqual(await rowsOf(dataset, dataset.test), [[0, 0, 1]])
})

const table = (...lines: string[]): Files => ({ 'a.csv': ['x,y,label', ...lines, ''].join('\n') })
const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `n${i}`)

/** Files, what the recipe says of them, and the problem: path (of a file its name), rule. */
const REFUSED: Readonly<Record<string, readonly [Files, Partial<DataConfig>, RegExp]>> = {
  'a word for a number': [
    table('1,2,p', '1,Rome,q', '1,2,p'),
    {},
    /a\.csv: row 2, column 'y' must hold a number, holds 'Rome' \(correct it, or name the column in/
  ],
  'a number in hexadecimal': [table('1,0x10,p', '1,2,q'), {}, /must hold a number, holds '0x10'/],
  'a number beyond float32': [table('1,1e39,p', '1,2,q'), {}, /must hold a number, holds '1e39'/],
  Infinity: [table('1,-Infinity,p', '1,2,q'), {}, /must hold a number, holds '-Infinity'/],
  'a missing number': [
    table('1,2,p', '1,,q', '3,4,p'),
    {},
    /row 2, column 'y' must hold a value \(add it, remove the row, or set data\.missing to mean\)/
  ],
  'a missing name': [
    table('1,2,p', '1,?,q', '3,4,p'),
    { categorical: ['y'] },
    /row 2, column 'y' must hold a value/
  ],
  'a missing label': [
    table('1,2,p', '1,2,'),
    { missing: 'mean' },
    /row 2, column 'label' must hold/
  ],
  'a line that is too short': [
    table('1,2,p', '1,2'),
    {},
    /a\.csv: line 3 must have as many fields as the first line \(correct it/
  ],
  'a line that is too long': [table('1,2,p,4'), {}, /line 2 must have as many fields/],
  'a quote that is not closed': [table('1,2,p', '"1,2,q'), {}, /must close the quote/],
  'a quote within a field': [
    table('1,2,p', '1"2",2,q'),
    {},
    /must have quotes around whole fields/
  ],
  'a record beyond the limit': [
    table(`1,${'2'.repeat(2 ** 20)},p`),
    {},
    /must have records of at most 1048576 bytes/
  ],
  'what is not UTF-8': [
    { 'a.csv': Buffer.from('x,label\n1,\xe4\n2,b\n', 'latin1') },
    {},
    /a\.csv: must be UTF-8/
  ],
  'an empty file': [{ 'a.csv': '' }, {}, /a\.csv: must hold rows below its first line/],
  'a first line alone': [{ 'a.csv': 'x,label\n' }, {}, /must hold rows below its first line/],
  'one column, separated by semicolons': [
    { 'a.csv': 'x;label\n1;a\n' },
    {},
    /must name two columns at least, separated by commas \(separate its columns by commas, not/
  ],
  'a column without a name': [{ 'a.csv': 'x,,label\n1,2,a\n' }, {}, /must name every column \(/],
  'a name that is given twice': [{ 'a.csv': 'x,x,label\n1,2,a\n' }, {}, /once, has 'x' twice/],
  'more columns than the limit': [
    { 'a.csv': `${names(4096).join(',')},label\n` },
    {},
    /must name at most 4096 columns, names 4097/
  ],
  'a label that the table does not have': [
    table('1,2,p'),
    { label: 'class' },
    /^data\.label: must be a column of the table, is 'class' \(it has 'x', 'y', 'label'\)$/
  ],
  'columns that the table does not have': [
    table('1,2,p'),
    { categorical: ['y', 'z'], ignore: ['w'] },
    /^data\.categorical\[1\]: must be .* is 'z' .*\ndata\.ignore\[0\]: must be .* is 'w' /
  ],
  'nothing to predict from': [
    table('1,2,p', '1,2,q'),
    { ignore: ['x', 'y'] },
    /^data\.ignore: must leave a column to predict from/
  ],
  'a single class': [table('1,2,p', '1,2,p'), {}, /must hold two different labels at least/],
  'more classes than a byte numbers': [
    table(...names(257).map((name) => `1,2,${name}`)),
    {},
    /a\.csv: must have at most 256 different labels in 'label' \(name the column of the classes/
  ],
  'more names than the limit': [
    table(...names(2400).map((name, i) => `${name},2,${i % 2}`)),
    { categorical: ['x'] },
    /column 'x' must have at most 1000 different names/
  ],
  'too few rows for a test': [
    table('1,2,p', '1,2,q'),
    { test: 0.1 },
    /^data\.test: must leave rows for the training and for the test, of 2 in all/
  ],
  'two tables with different columns': [
    { 'train.csv': 'x,y,label\n1,2,p\n1,2,q\n', 'test.csv': 'y,x,label\n1,2,p\n' },
    {},
    /test\.csv: must have the first line of the other table: 'x,y,label'/
  ],
  'a folder with several tables': [
    { 'a.csv': '', 'b.csv': '' },
    {},
    /must hold one \.csv file, or train\.csv and test\.csv, holds 2/
  ],
  'a folder without a table': [{ 'a.txt': '' }, {}, /holds 0 \(pass a table, or a folder with one/]
}

/** A fault may lie in a row of the test, which is looked at when it is read. */
const readAll = async (folder: string, options: Partial<DataConfig> = {}): Promise<void> => {
  const dataset = await open(folder, { test: 0.5, ...options })
  await tableOf(dataset, [...dataset.labels.keys()])
}

for (const [what, [files, options, message]] of Object.entries(REFUSED)) {
  test(`should refuse ${what}`, async (t) => {
    const folder = await folderOf(t, files)
    const error = await t.throwsAsync(readAll(folder, options), { name: 'InvalidInputError' })
    t.regex(error!.message, message)
  })
}

test('should not print what a terminal would obey', async (t) => {
  const folder = await folderOf(t, { 'a.csv': 'x,label\n\u{1b}[31m1,p\n2,q\n' })
  const error = await t.throwsAsync(readAll(folder))
  t.true(error!.message.includes("holds '?[31m1'"), error!.message)
})

test('should ask for a path where there is none', async (t) => {
  await t.throwsAsync(open(null), { message: /^data\.path: must name the table/ })
})
