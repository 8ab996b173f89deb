import { createHash } from 'node:crypto'
import { appendFile, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import test, { type ExecutionContext } from 'ava'
import { type DatasetConfig, hashOfDataset, openDataset } from '../../../src/data/index.ts'
import { openShards } from '../../../src/data/shards.ts'
import { seeded } from '../../../src/random.ts'
import { dataSchema } from '../../../src/swarm/recipe.ts'
import { cifar10Folder, good } from './cifar10-files.ts'
import { folderWith, GOOD } from './idx-files.ts'
import { imageFolder } from './image-folder.ts'
import { plain } from './png-writer.ts'
import { tableOf } from './tables.ts'
import { folderOf } from './text-files.ts'

const sha256 = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex')

/** What `sha256sum` writes of files, hashed in turn. */
const hashOf = (files: readonly (readonly [string, Uint8Array])[]): string =>
  sha256(files.map(([name, content]) => `${sha256(content)}  ${name}\n`).join(''))

const TABLE = 'x,label\n1,a\n2,b\n'

test('should be that of the file where there is only one', async (t) => {
  const folder = await folderOf(t, { 'a.txt': 'some text' })
  t.is(await hashOfDataset({ name: 'text', path: folder }), sha256('some text'))
})

test('should be that of the list of files where there are several', async (t) => {
  const files = good()
  const path = await cifar10Folder(t, { ...files, 'readme.html': 'not one of them' })
  t.is(await hashOfDataset({ name: 'cifar10', path }), hashOf(Object.entries(files).sort()))
  const tables = { 'test.csv': Buffer.from(TABLE), 'train.csv': Buffer.from(TABLE) }
  const csv = { name: 'csv', path: await folderOf(t, tables) } as const
  t.is(await hashOfDataset(csv), hashOf(Object.entries(tables)))
})

test('should sort names by their bytes, below folders too', async (t) => {
  const files = {
    'B/z.png': plain(1, 1, 1, 1),
    'a/\u{ff5e}.png': plain(1, 3, 3, 3),
    'a/\u{1f600}.png': plain(1, 2, 2, 2),
    'a-/x.png': plain(1, 4, 4, 4)
  }
  const path = await imageFolder(t, files)
  const sorted = (['B/z.png', 'a-/x.png', 'a/\u{ff5e}.png', 'a/\u{1f600}.png'] as const).map(
    (name) => [name, files[name]] as const
  )
  t.is(await hashOfDataset({ name: 'images', path }), hashOf(sorted))
})

test('should be that of what is packed, whether it is packed or not', async (t) => {
  const packed = Object.entries(GOOD).map(([name, content]) => [
    `${name.replace('-idx', '.idx')}.gz`,
    gzipSync(content!)
  ])
  const expected = hashOf(Object.entries(GOOD as Record<string, Buffer>).sort())
  for (const files of [GOOD, Object.fromEntries(packed)]) {
    t.is(await hashOfDataset({ name: 'mnist', path: await folderWith(t, files) }), expected)
  }
})

test('should refuse to hash what is made', async (t) => {
  await t.throwsAsync(hashOfDataset({ name: 'glyphs', path: null }), {
    message: /^data\.name: must name a dataset of files, glyphs is made/
  })
})

const KINDS: Readonly<Record<string, (t: ExecutionContext) => Promise<DatasetConfig>>> = {
  mnist: async (t) => ({ name: 'mnist', path: await folderWith(t, GOOD) }),
  cifar10: async (t) => ({ name: 'cifar10', path: await cifar10Folder(t, good()) }),
  text: async (t) => ({ name: 'text', path: await folderOf(t, { 'a.txt': 'some text' }) }),
  csv: async (t) => ({
    name: 'csv',
    label: 'label',
    test: 0.5,
    path: await folderOf(t, { 'a.csv': TABLE })
  }),
  images: async (t) => ({
    name: 'images',
    test: 0.5,
    path: await imageFolder(t, { 'a/1.png': plain(1, 0, 0, 0), 'b/1.png': plain(2, 0, 0, 0) })
  })
}

for (const [kind, config] of Object.entries(KINDS)) {
  test(`should open ${kind} by its hash and refuse it by another`, async (t) => {
    const own = await config(t)
    const sha256 = await hashOfDataset(own)
    await t.notThrowsAsync(openDataset({ ...own, sha256 }))
    const other = 'f'.repeat(64)
    await t.throwsAsync(openDataset({ ...own, sha256: other }), {
      name: 'InvalidInputError',
      message:
        `${own.path}: must have the SHA-256 ${other} that data.sha256 says, has ${sha256} ` +
        '(get the files that are meant; if these are they, correct data.sha256)'
    })
  })
}

test('should be looked at when a swarm opens its shards', async (t) => {
  const path = await cifar10Folder(t, good())
  const data = dataSchema.parse({ name: 'cifar10', sha256: 'a'.repeat(64) })
  await t.throwsAsync(openShards({ ...data, path }, 2, seeded(1)), {
    message: /must have the SHA-/
  })
})

const CHANGED = /must not change while it is read \(start again, once it is whole\)$/

test('should refuse a file that has grown since it was hashed', async (t) => {
  const config = await KINDS['cifar10']!(t)
  const dataset = await openDataset({ ...config, name: 'cifar10' })
  await appendFile(join(config.path!, 'data_batch_2.bin'), Buffer.alloc(3073))
  await t.throwsAsync(tableOf(dataset, [0]), { name: 'InvalidInputError', message: CHANGED })
})

test('should refuse another file in the place of one that was hashed', async (t) => {
  const config = await KINDS['images']!(t)
  const sha256 = await hashOfDataset(config)
  const dataset = await openDataset({ ...config, name: 'images', sha256 })
  const path = join(config.path!, 'a', '1.png')
  const folder = await mkdtemp(join(tmpdir(), 'swarmgrad-other-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'other'), plain(1, 9, 9, 9))
  await utimes(join(folder, 'other'), 1, 1)
  await rename(join(folder, 'other'), path)
  await t.throwsAsync(tableOf(dataset, [0, 1]), { name: 'InvalidInputError', message: CHANGED })
})
