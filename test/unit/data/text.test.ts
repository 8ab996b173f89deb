import { join } from 'node:path'
import test from 'ava'
import { openDataset } from '../../../src/data/index.ts'
import { openShards } from '../../../src/data/shards.ts'
import { loadText } from '../../../src/data/text.ts'
import { seeded } from '../../../src/random.ts'
import { dataSchema } from '../../../src/swarm/recipe.ts'
import { folderOf } from './text-files.ts'

/** A surrogate pair among them: one character, two units of UTF-16. */
const CONTENT = 'äb\naéé𝔘b\r\nzzzz\tbab\u{FFFD}'
const CHARACTERS = [...CONTENT]

test('should number the distinct characters by code point', async (t) => {
  const { name, vocabulary, train, test } = await loadText(
    join(await folderOf(t, { 'any.name': CONTENT }), 'any.name')
  )
  t.is(name, 'text')
  t.deepEqual(vocabulary, ['\t', '\n', '\r', 'a', 'b', 'z', 'ä', 'é', '\u{FFFD}', '𝔘'])
  t.deepEqual(
    [...train, ...test].map((number) => vocabulary[number]),
    CHARACTERS
  )
})

test('should keep the last tenth for the test', async (t) => {
  const folder = await folderOf(t, { 'input.txt': 'x'.repeat(95) })
  const { train, test } = await loadText(folder)
  t.is(train.length, 85)
  t.is(test.length, 10)
})

test('should find the only text of a folder among other files', async (t) => {
  const folder = await folderOf(t, { 'one.txt': 'abc', 'README.md': 'no', 'two.txt.gz': 'no' })
  const dataset = await openDataset({ name: 'text', path: folder })
  t.deepEqual('vocabulary' in dataset && dataset.vocabulary, ['a', 'b', 'c'])
})

test('should take 256 distinct characters and refuse 257', async (t) => {
  const characters = Array.from({ length: 257 }, (_, i) => String.fromCodePoint(0x4e00 + i))
  const folder = await folderOf(t, { 'many.md': characters.join('') })
  const path = join(folder, 'many.md')
  const problem = 'must have at most 256 distinct characters, has 257'
  const remedy = 'take a text in one alphabet, or replace its rare characters'
  await t.throwsAsync(loadText(path), {
    name: 'InvalidInputError',
    message: `${path}: ${problem} (${remedy})`
  })
  const fewer = await folderOf(t, { 'many.txt': characters.slice(1).join('') })
  t.is((await loadText(fewer)).vocabulary.length, 256)
})

const REFUSED: Readonly<
  Record<string, readonly [Record<string, string | Uint8Array>, string, string]>
> = {
  'a file that is not there': [{}, 'none.txt', 'no such file or folder \\(pass a text, or'],
  'a folder without a text': [{ 'a.md': '' }, '', 'must hold exactly one .txt file, holds 0'],
  'a folder with two texts': [
    { 'a.txt': '', 'b.txt': '' },
    '',
    'must hold exactly one .txt file, holds 2 \\(pass the one that is meant'
  ],
  'what is not UTF-8': [
    { 'a.txt': Uint8Array.of(65, 0xe4, 66) },
    'a.txt',
    'must be UTF-8 \\(convert'
  ],
  'a surrogate that UTF-8 does not have': [
    { 'a.txt': Uint8Array.of(0xed, 0xa0, 0x80) },
    'a.txt',
    'must be UTF-8'
  ]
}

for (const [what, [files, name, message]] of Object.entries(REFUSED)) {
  test(`should refuse ${what}, and name it`, async (t) => {
    const path = join(await folderOf(t, files), name)
    const error = await t.throwsAsync(loadText(path), { name: 'InvalidInputError' })
    t.true(error!.message.startsWith(path.replace(/\/$/, '')), error!.message)
    t.regex(error!.message, new RegExp(message))
  })
}

test('should refuse a device, and not wait for it', async (t) => {
  await t.throwsAsync(loadText('/dev/zero'), { message: /^\/dev\/zero: must be a file/ })
})

test('should ask for a path where there is none', async (t) => {
  await t.throwsAsync(openDataset({ name: 'text', path: null }), {
    name: 'InvalidInputError',
    message: /^data\.path: must name the text \(pass a text, or a folder with one \.txt in it/
  })
})

test('should not be opened as rows', async (t) => {
  const data = dataSchema.parse({ name: 'text' })
  await t.throwsAsync(openShards({ ...data, path: '/' }, 2, seeded(1)), {
    name: 'InvalidInputError',
    message: /^data\.name: must not be a text here/
  })
})
