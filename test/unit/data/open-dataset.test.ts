import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import test from 'ava'
import { openDataset } from '../../../src/data/index.ts'
import { MNIST_FILES, MNIST_TEST_FILES } from '../../../src/data/mnist-files.ts'
import { folderWith, GOOD } from './idx-files.ts'
import { labelsOf } from './tables.ts'

test('should open the glyphs without a path', async (t) => {
  const dataset = await openDataset({ name: 'glyphs', path: null })
  t.is(dataset.name, 'glyphs')
  t.is(dataset.classes, 10)
  t.deepEqual(dataset.shape, [28, 28, 1])
})

test('should not be asked for the data of models without any', async (t) => {
  await t.throwsAsync(openDataset({ name: 'none', path: null }), {
    name: 'InvalidInputError',
    message: /^data\.name: must name a dataset/
  })
})

test('should read from the cache what was fetched before, without a connection', async (t) => {
  const cache = await mkdtemp(join(tmpdir(), 'swarmgrad-cache-'))
  t.teardown(() => rm(cache, { recursive: true, force: true }))
  const packed = Object.entries(GOOD).map(([name, content]) => [`${name}.gz`, gzipSync(content!)])
  await mkdir(cache, { recursive: true })
  await rename(await folderWith(t, Object.fromEntries(packed)), join(cache, 'mnist'))
  // An address that nothing listens at.
  const config = { path: null, url: 'http://127.0.0.1:1/', cache } as const
  const mnist = await openDataset({ name: 'mnist', ...config })
  t.deepEqual(labelsOf(mnist, mnist.train), [7, 0, 9])
  const small = await openDataset({ name: 'mnist-10k', ...config })
  t.is(small.train.length + small.test.length, 2)
})

for (const url of [
  'ftp://127.0.0.1/',
  'file:///etc/',
  'no address',
  'http://me:secret@127.0.0.1/'
]) {
  test(`should refuse to fetch from ${url}`, async (t) => {
    const cache = join(tmpdir(), 'swarmgrad-never-made')
    const error = await t.throwsAsync(openDataset({ name: 'mnist', path: null, url, cache }), {
      name: 'InvalidInputError',
      message: /^data\.url: must /
    })
    t.false(error!.message.includes('secret'))
  })
}

test('should know four files of MNIST, and the two of the test set among them', (t) => {
  const names = MNIST_FILES.map(({ name }) => name)
  t.deepEqual(names, [
    'train-images-idx3-ubyte.gz',
    'train-labels-idx1-ubyte.gz',
    't10k-images-idx3-ubyte.gz',
    't10k-labels-idx1-ubyte.gz'
  ])
  t.deepEqual(MNIST_FILES.slice(2), MNIST_TEST_FILES)
  for (const { sha256 } of MNIST_FILES) t.regex(sha256, /^[0-9a-f]{64}$/)
})
