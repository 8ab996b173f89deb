import { mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { Dataset } from '../../../src/data/dataset.ts'
import { openDataset } from '../../../src/data/index.ts'
import type { DataConfig } from '../../../src/swarm/recipe.ts'
import { imageFolder } from './image-folder.ts'
import { JPEGS } from './image-golden.ts'
import { plain } from './png-writer.ts'
import { featuresOf, labelsOf, tableOf } from './tables.ts'

const open = (path: string | null, options: Partial<DataConfig> = {}): Promise<Dataset> =>
  openDataset({ ...options, name: 'images', path })

const jpeg = (i: number): Buffer => Buffer.from(JPEGS[i]!.file, 'base64')

/** A byte as a model gets it. */
const scaled = (byte: number): number => Math.fround((byte / 255 - 0.5) / 0.5)

const PARTED = {
  'train/cat/1.png': plain(9, 10, 20, 30),
  'train/cat/2.jpg': jpeg(1),
  'train/dog/a.jpeg': plain(32, 40, 50, 60),
  'test/dog/b.PNG': plain(5, 70, 80, 90),
  'test/.hidden': Buffer.of(1),
  'train/dog/Thumbs.db': Buffer.of(1),
  'README.md': Buffer.of(1)
}

const first = async (dataset: Dataset, row: number): Promise<number[]> =>
  [...featuresOf(await tableOf(dataset, [row]))].slice(0, 3)

test('should read a folder for each class, of the training and of the test', async (t) => {
  const dataset = await open(await imageFolder(t, PARTED), { side: 8 })
  t.deepEqual(dataset.shape, [8, 8, 3])
  t.is(dataset.classes, 2)
  t.deepEqual(labelsOf(dataset, dataset.train), [0, 0, 1])
  t.deepEqual(labelsOf(dataset, dataset.test), [1])
  t.deepEqual(await first(dataset, dataset.train[0]!), [10, 20, 30].map(scaled))
  // A PNG file by its content, whatever its name says.
  t.deepEqual(await first(dataset, dataset.train[2]!), [40, 50, 60].map(scaled))
  const all = featuresOf(await tableOf(dataset, dataset.test))
  t.is(all.length, 8 * 8 * 3)
  t.true(all.every((value, i) => value === [70, 80, 90].map(scaled)[i % 3]))
})

test('should leave the pixels of a picture that has the side as they are', async (t) => {
  const dataset = await open(await imageFolder(t, PARTED), { side: 16 })
  const expected = Buffer.from(JPEGS[1]!.rgb, 'base64')
  const features = featuresOf(await tableOf(dataset, [1]))
  t.deepEqual([...features], Array.from(expected, scaled))
})

test('should make them grey where that is asked for', async (t) => {
  const dataset = await open(await imageFolder(t, PARTED), { colour: 'grey' })
  t.deepEqual(dataset.shape, [32, 32, 1])
  const grey = Math.round(0.299 * 10 + 0.587 * 20 + 0.114 * 30)
  t.deepEqual(await first(dataset, 0), [grey, grey, grey].map(scaled))
})

/** Twenty pictures of each of two classes; how red they are is their number. */
const MANY = Object.fromEntries(
  Array.from({ length: 40 }, (_, i) => [`${i % 2 ? 'b' : 'a'}/${i}.png`, plain(3, 6 * i, 0, 0)])
)

test('should draw the test where the folder is not parted, the same at all times', async (t) => {
  const folder = await imageFolder(t, MANY)
  const [dataset, again] = [await open(folder, { test: 0.25 }), await open(folder, { test: 0.25 })]
  t.is(dataset.test.length, 10)
  t.is(labelsOf(dataset, dataset.test).filter((label) => label === 1).length, 5)
  t.deepEqual(again.test, dataset.test)
  const seen: number[] = []
  for (const row of [...dataset.train, ...dataset.test]) {
    const [red] = await first(dataset, row)
    const number = Math.round(((red! * 0.5 + 0.5) * 255) / 6)
    t.is(dataset.labels[row], number % 2)
    seen.push(number)
  }
  t.deepEqual(
    seen.sort((a, b) => a - b),
    Array.from({ length: 40 }, (_, i) => i)
  )
})

test('should follow links', async (t) => {
  const folder = await imageFolder(t, MANY)
  await symlink(join(folder, 'a'), join(folder, 'c'))
  const dataset = await open(folder)
  t.is(dataset.classes, 3)
  t.is(dataset.labels.length, 60)
})

const REFUSED: Readonly<Record<string, readonly [Record<string, Uint8Array>, RegExp]>> = {
  'an empty folder': [
    {},
    /must hold 2 to 256 folders, one for each class, holds 0 \(pass a folder/
  ],
  'pictures without folders': [{ 'a.png': plain(1, 0, 0, 0) }, /one for each class, holds 0/],
  'a single class': [{ 'a/a.png': plain(1, 0, 0, 0) }, /one for each class, holds 1/],
  'more classes than a byte numbers': [
    Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`${i}/a.png`, Buffer.of()])),
    /one for each class, holds 257/
  ],
  'a training without a test': [{ ...MANY, 'train/a/a.png': Buffer.of() }, /test: must be there/],
  'a class that is not trained': [
    { ...PARTED, 'test/cow/a.png': Buffer.of() },
    /test\/cow: must be a class of train too \(add train\/cow\)/
  ],
  'files of another kind': [
    { ...MANY, 'a/x.webp': Buffer.of(), 'a/y.gif': Buffer.of() },
    /a: must hold PNG and JPEG files only, holds 2 others: 'x\.webp' \(convert them, or put them/
  ],
  'a file that is none of them after all': [
    { ...MANY, 'a/x.png': Buffer.from('<html>') },
    /a\/x\.png: must be a PNG or JPEG file \(convert or remove x\.png\)/
  ]
}

const readAll = async (folder: string): Promise<void> => {
  const dataset = await open(folder)
  await tableOf(dataset, [...dataset.labels.keys()])
}

for (const [what, [files, message]] of Object.entries(REFUSED)) {
  test(`should refuse ${what}`, async (t) => {
    const error = await t.throwsAsync(readAll(await imageFolder(t, files)), {
      name: 'InvalidInputError'
    })
    t.regex(error!.message, message)
  })
}

const inFolder = (t: ExecutionContext) => imageFolder(t, MANY)

test('should refuse a class without pictures, a folder among them and a broken link', async (t) => {
  const [empty, nested, broken] = [await inFolder(t), await inFolder(t), await inFolder(t)]
  await mkdir(join(empty, 'c'))
  await t.throwsAsync(readAll(empty), { message: /c: must hold an image \(add some, or remove it/ })
  await mkdir(join(nested, 'a', 'deep.png'))
  await t.throwsAsync(readAll(nested), { message: /deep\.png: must be a file/ })
  await symlink(join(broken, 'nowhere'), join(broken, 'a', 'link.png'))
  await t.throwsAsync(readAll(broken), { message: /link\.png: no such file or folder/ })
})

test('should name a picture that is gone by the time it is read', async (t) => {
  const folder = await inFolder(t)
  const dataset = await open(folder)
  await rm(join(folder, 'a', '0.png'))
  await t.throwsAsync(tableOf(dataset, [...dataset.labels.keys()]), {
    name: 'InvalidInputError',
    message: /a\/0\.png: no such file or folder/
  })
})

test('should ask for a path where there is none, and for a folder', async (t) => {
  await t.throwsAsync(open(null), { message: /^data\.path: must name the folder of the images/ })
  await t.throwsAsync(open('/dev/null'), { message: /^\/dev\/null: not a folder/ })
})
