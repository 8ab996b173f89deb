import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { openDataset } from '../../../src/data/index.ts'
import { openShards } from '../../../src/data/shards.ts'
import type { Text } from '../../../src/data/text.ts'
import { seeded } from '../../../src/random.ts'
import { type DataConfig, dataSchema } from '../../../src/swarm/recipe.ts'
import { folderOf } from './text-files.ts'

/** A surrogate pair among them: one character, two units of UTF-16. */
const CONTENT = 'äb\naéé𝔘b\r\nzzzz\tbab\u{FFFD}'
const CHARACTERS = [...CONTENT]

const open = (path: string | null, options: Partial<DataConfig> = {}): Promise<Text> =>
  openDataset({ ...options, name: 'text', path })

const all = ({ load, length }: Text): Promise<Uint8Array> => load([[0, length]], () => undefined)

const fileWith = async (t: ExecutionContext, content: string | Uint8Array): Promise<string> =>
  join(await folderOf(t, { 'any.name': content }), 'any.name')

test('should number the distinct characters by code point', async (t) => {
  const text = await open(await fileWith(t, CONTENT))
  const { name, vocabulary, kinds } = text
  t.is(name, 'text')
  t.deepEqual(vocabulary, ['\t', '\n', '\r', 'a', 'b', 'z', 'ä', 'é', '\u{FFFD}', '𝔘'])
  t.is(kinds, 10)
  t.deepEqual(
    Array.from(await all(text), (number) => vocabulary![number]),
    CHARACTERS
  )
})

test('should take bytes as they are, be they UTF-8 or not', async (t) => {
  const bytes = Uint8Array.of(255, 0, 1, 0xc3, 0x28, 254)
  const text = await open(await fileWith(t, bytes), { level: 'byte', test: 0.5 })
  t.is(text.kinds, 256)
  t.is(text.vocabulary, null)
  t.is(text.cut, 3)
  t.deepEqual(await all(text), bytes)
})

test('should keep the last tenth for the test, or the share that is asked for', async (t) => {
  const path = await fileWith(t, 'x'.repeat(95))
  t.is((await open(path)).cut, 85)
  t.is((await open(path, { test: 0.2 })).cut, 76)
})

/** Characters of one to four bytes, so that pieces end within some; and more than a piece of them. */
const LONG = Array.from({ length: 150_000 }, (_, i) => ['a', 'é', '€', '𝔘'][i % 4]).join('')

test('should give any runs of a text that is longer than what is read at once', async (t) => {
  const content = `${LONG}b`.repeat(3)
  const characters = [...content]
  const path = await fileWith(t, content)
  const [byCharacter, byByte] = [await open(path), await open(path, { level: 'byte' })]
  t.is(byCharacter.length, characters.length)
  const runs = [
    [characters.length - 10, characters.length],
    [0, 1],
    [100_000, 330_000],
    [7, 7],
    [500, 99_999]
  ] as const
  const got = await byCharacter.load(runs, () => undefined)
  const expected = runs.flatMap(([from, to]) => characters.slice(from, to))
  t.true(expected.every((character, i) => byCharacter.vocabulary![got[i]!] === character))
  t.is(got.length, expected.length)
  const bytes = new TextEncoder().encode(content)
  t.is(byByte.length, bytes.length)
  t.deepEqual(
    await byByte.load(runs, () => undefined),
    Uint8Array.from(runs.flatMap(([from, to]) => [...bytes.subarray(from, to)]))
  )
})

test('should tell how far it is', async (t) => {
  const seen: number[] = []
  const text = await open(await fileWith(t, LONG))
  await text.load([[0, 1]], (done) => seen.push(done))
  t.true(seen.length > 1)
  t.deepEqual(seen, seen.toSorted())
  t.is(seen.at(-1), 1)
})

test('should find the only text of a folder among other files', async (t) => {
  const folder = await folderOf(t, { 'one.txt': 'abc', 'README.md': 'no', 'two.txt.gz': 'no' })
  t.deepEqual((await open(folder)).vocabulary, ['a', 'b', 'c'])
})

test('should take 256 distinct characters and refuse 257', async (t) => {
  const characters = Array.from({ length: 257 }, (_, i) => String.fromCodePoint(0x4e00 + i))
  const path = await fileWith(t, characters.join(''))
  const problem = 'must have at most 256 distinct characters, has 257'
  const remedy = 'take data.level=byte, or a text in one alphabet'
  await t.throwsAsync(open(path), {
    name: 'InvalidInputError',
    message: `${path}: ${problem} (${remedy})`
  })
  t.is((await open(await fileWith(t, characters.slice(1).join('')))).kinds, 256)
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
    'must be UTF-8 \\(convert it, .* or take data.level=byte'
  ],
  'a text that ends within a character': [
    { 'a.txt': Uint8Array.of(65, 0xc3) },
    'a.txt',
    'must be UTF-8'
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
    const error = await t.throwsAsync(open(path), { name: 'InvalidInputError' })
    t.true(error!.message.startsWith(path.replace(/\/$/, '')), error!.message)
    t.regex(error!.message, new RegExp(message))
  })
}

test('should refuse a device, and not wait for it', async (t) => {
  await t.throwsAsync(open('/dev/zero'), { message: /^\/dev\/zero: must be a file/ })
})

test('should ask for a path where there is none', async (t) => {
  await t.throwsAsync(open(null), {
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
