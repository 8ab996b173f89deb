import { mkdir, rename } from 'node:fs/promises'
import { basename, join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { openDataset } from '../../../src/data/index.ts'
import type { InvalidInputError, Problem } from '../../../src/errors.ts'
import {
  batch,
  cifar10Folder,
  good,
  labelOf,
  NAMES,
  pixel,
  ROW_BYTES,
  ROWS
} from './cifar10-files.ts'
import { featuresOf, labelsOf, tableOf } from './tables.ts'

const open = (path: string | null) => openDataset({ name: 'cifar10', path })

test('should read five files for training and one for the test, channels interleaved', async (t) => {
  const dataset = await open(await cifar10Folder(t, good()))
  t.is(dataset.classes, 10)
  t.deepEqual(dataset.shape, [32, 32, 3])
  t.is(dataset.train.length, 25)
  t.is(dataset.test.length, 8)
  const rows = ROWS.flatMap((count, file) =>
    Array.from({ length: count }, (_, row) => ({ file, row }))
  )
  t.deepEqual(
    labelsOf(dataset, Int32Array.from([...dataset.train, ...dataset.test])),
    rows.map(({ file, row }) => labelOf(file, row))
  )
  const table = await tableOf(dataset, [...dataset.train, ...dataset.test])
  const features = featuresOf(table)
  const means = [0.4914, 0.4822, 0.4465]
  const deviations = [0.247, 0.2435, 0.2616]
  let at = 0
  for (const { file, row } of rows) {
    for (let y = 0; y < 32; y++) {
      for (let x = 0; x < 32; x++) {
        for (let c = 0; c < 3; c++) {
          const value = (pixel(file, row, y, x, c) / 255 - means[c]!) / deviations[c]!
          if (features[at++] !== Math.fround(value)) t.fail(`${file} ${row} ${y} ${x} ${c}`)
        }
      }
    }
  }
  t.is(at, features.length)
})

test('should find what the archive unpacks to in the folder that it was unpacked in', async (t) => {
  const inner = await cifar10Folder(t, good())
  const folder = await cifar10Folder(t, { 'cifar-10-binary.tar.gz': '' })
  await rename(inner, join(folder, 'cifar-10-batches-bin'))
  t.is((await open(folder)).labels.length, 33)
})

const problemsOf = async (
  t: ExecutionContext,
  files: Readonly<Record<string, Uint8Array | string>>
): Promise<readonly Problem[]> => {
  const error = await t.throwsAsync(open(await cifar10Folder(t, files)), {
    name: 'InvalidInputError'
  })
  return (error as InvalidInputError).problems
}

const stray = batch(2, 5)
stray[2 * ROW_BYTES] = 10

const BROKEN: Readonly<Record<string, readonly [Record<string, Uint8Array>, string, string]>> = {
  'a file that is cut off': [
    { 'data_batch_2.bin': batch(1, 4).subarray(0, -1) },
    'data_batch_2.bin',
    'must hold 1 to 1000000 rows of 3073 bytes, has 12291 bytes'
  ],
  'an empty file': [
    { 'test_batch.bin': Buffer.alloc(0) },
    'test_batch.bin',
    'must hold 1 to 1000000 rows of 3073 bytes, has 0 bytes'
  ],
  'a label above 9': [
    { 'data_batch_3.bin': stray },
    'data_batch_3.bin',
    'must hold labels 0 to 9, that of row 2 is 10'
  ]
}

for (const [what, [files, name, rule]] of Object.entries(BROKEN)) {
  test(`should refuse ${what} and name the file`, async (t) => {
    const problems = await problemsOf(t, { ...good(), ...files })
    t.deepEqual(
      problems.map((problem) => [basename(problem.path), problem.rule]),
      [[name, rule]]
    )
    t.regex(problems[0]!.remedy, /get it again$/)
  })
}

test('should name all files that are missing', async (t) => {
  const { 'data_batch_4.bin': _four, 'test_batch.bin': _test, ...files } = good()
  const problems = await problemsOf(t, files)
  t.deepEqual(
    problems.map(({ path, rule }) => [basename(path), rule]),
    [
      ['data_batch_4.bin', 'must be there'],
      ['test_batch.bin', 'must be there']
    ]
  )
  const empty = await problemsOf(t, {})
  t.deepEqual(
    empty.map(({ rule }) => rule),
    [`must hold ${NAMES.join(', ')}; none is there`]
  )
  t.regex(empty[0]!.remedy, /cifar-10-binary\.tar\.gz .* --set data\.path=FOLDER$/)
})

const MISTAKEN: Readonly<Record<string, readonly [string[], RegExp, RegExp]>> = {
  'the unpacked version for Python': [
    ['data_batch_1', 'data_batch_2', 'batches.meta'],
    /binary version, holds the one for Python/,
    /pass the folder/
  ],
  'the archive for Python': [['cifar-10-python.tar.gz'], /the one for Python/, /cifar-10-binary/],
  'the archive as it came': [['cifar-10-binary.tar.gz'], /holds the archive/, /tar -xzf/],
  'CIFAR-100': [['cifar-100-binary.tar.gz'], /holds CIFAR-100/, /cifar-10-binary/]
}

for (const [what, [names, rule, remedy]] of Object.entries(MISTAKEN)) {
  test(`should know ${what} when it is there instead`, async (t) => {
    const files = Object.fromEntries(names.map((name) => [name, '']))
    const problems = await problemsOf(t, files)
    t.is(problems.length, 1)
    t.regex(problems[0]!.rule, rule)
    t.regex(problems[0]!.remedy, remedy)
  })
}

test('should refuse a folder in the place of a file, no folder at all, and no path', async (t) => {
  const { 'test_batch.bin': _, ...files } = good()
  const folder = await cifar10Folder(t, files)
  await mkdir(join(folder, 'test_batch.bin'))
  await t.throwsAsync(open(folder), { message: /test_batch\.bin: must be a file/ })
  await t.throwsAsync(open(join(folder, 'none')), { message: /none: no such folder/ })
  await t.throwsAsync(open(null), { message: /^data\.path: must name the folder of CIFAR-10/ })
})
