import test, { type ExecutionContext } from 'ava'
import { openTextShards } from '../../../src/data/text-shards.ts'
import type { Wanted } from '../../../src/data/wanted.ts'
import { seeded } from '../../../src/random.ts'
import { dataSchema } from '../../../src/swarm/recipe.ts'
import { folderOf } from './text-files.ts'

/** Of which 18,000 are for training, 17 blocks of 1024 and a rest of 592. */
const LENGTH = 20_000
const TRAINED = 18_000

/** Every run of eight characters is found once: numbers of five digits in base 16, one after the other. */
const CONTENT = Array.from({ length: LENGTH / 5 }, (_, i) => (i + 0x10000).toString(16)).join('')

const open = async (
  t: ExecutionContext,
  partition: Record<string, unknown>,
  { peers = 4, least = 65, validation = 0, seed = 1, content = CONTENT, wanted = {} as Wanted } = {}
) => {
  const data = dataSchema.parse({ name: 'text', partition, validation })
  const path = await folderOf(t, { 'input.txt': content })
  const shards = await openTextShards({ ...data, path }, peers, least, seeded(seed), wanted)
  const own = wanted.shards ?? Array.from({ length: peers }, (_, peer) => peer)
  return { ...shards, parts: own.map(shards.part) }
}

const textOf = (numbers: Uint8Array): string =>
  Array.from(numbers, (number) => '0123456789abcdef'[number]).join('')

const trained = CONTENT.slice(0, TRAINED)

test('should deal blocks of 1024 characters, each to one peer and in the order of the text', async (t) => {
  const { parts, test, validation, vocabulary } = await open(t, { kind: 'iid' })
  t.is(vocabulary, 16)
  t.is(textOf(test), CONTENT.slice(TRAINED))
  t.is(validation, null)
  const blocks = Array.from({ length: 18 }, (_, i) => trained.slice(i * 1024, (i + 1) * 1024))
  const owners = blocks.map((block) => parts.findIndex((part) => textOf(part).includes(block)))
  t.is(owners.indexOf(-1), -1)
  parts.forEach((part, peer) => {
    const own = blocks.filter((_, i) => owners[i] === peer)
    t.is(textOf(part), own.join(''), `peer ${peer}`)
    t.true(own.length === 4 || own.length === 5, `peer ${peer} has ${own.length}`)
  })
  t.notDeepEqual(owners, owners.toSorted())
})

test('should deal the same blocks for the same seed and others for another', async (t) => {
  const [a, b, c] = await Promise.all([1, 1, 2].map((seed) => open(t, { kind: 'iid' }, { seed })))
  t.deepEqual(a!.parts, b!.parts)
  t.notDeepEqual(a!.parts, c!.parts)
})

test('should cut the text into one run for each peer', async (t) => {
  const { parts } = await open(t, { kind: 'shards', perPeer: 1 })
  const runs = Array.from({ length: 4 }, (_, i) => trained.slice(4500 * i, 4500 * (i + 1)))
  t.deepEqual(parts.map(textOf).sort(), runs.sort())
})

test('should cut the text into several runs for each peer', async (t) => {
  const { parts } = await open(t, { kind: 'shards', perPeer: 3 }, { peers: 2 })
  const runs = Array.from({ length: 6 }, (_, i) => trained.slice(3000 * i, 3000 * (i + 1)))
  const owned = parts.map((part) => runs.filter((run) => textOf(part).includes(run)))
  t.deepEqual(
    owned.map((own) => own.join('')),
    parts.map(textOf)
  )
  t.is(owned.flat().length, 6)
})

test('should keep the end of the training text aside', async (t) => {
  const { parts, validation, test } = await open(t, { kind: 'iid' }, { validation: 0.1 })
  t.is(textOf(validation!), trained.slice(16_200))
  t.is(textOf(test), CONTENT.slice(TRAINED))
  t.is(
    parts.reduce((sum, part) => sum + part.length, 0),
    16_200
  )
})

test('should join the parts of all peers, one after the other', async (t) => {
  const { parts, union } = await open(t, { kind: 'iid' })
  t.deepEqual(
    [...union()],
    parts.flatMap((part) => [...part])
  )
})

test('should read the wanted parts only, the same as if all were', async (t) => {
  const all = await open(t, { kind: 'iid' }, { validation: 0.1 })
  const wanted = { shards: [2], validation: false }
  const own = await open(t, { kind: 'iid' }, { validation: 0.1, wanted })
  t.deepEqual(own.part(2), all.part(2))
  t.deepEqual(own.test, all.test)
  t.is(own.validation, null)
  t.is(own.test.buffer.byteLength, own.part(2).length + own.test.length)
  t.throws(() => own.part(1), { instanceOf: RangeError })
  t.throws(() => own.union(), { instanceOf: RangeError })
})

test('should refuse what is more than the memory it may have', async (t) => {
  await t.throwsAsync(open(t, { kind: 'iid' }, { wanted: { maxBytes: 19_999 } }), {
    name: 'InvalidInputError',
    message: /^data: must fit into 19999 bytes of memory, its parts take 20000 \(take more peers/
  })
})

for (const kind of ['stratified', 'dirichlet'] as const) {
  test(`should refuse the partition ${kind}`, async (t) => {
    await t.throwsAsync(open(t, { kind, ...(kind === 'dirichlet' ? { alpha: 1 } : {}) }), {
      name: 'InvalidInputError',
      message: `data.partition.kind: cannot be ${kind} for a text, which has no classes (give iid or shards)`
    })
  })
}

const SHORT: ReadonlyArray<
  readonly [string, Record<string, unknown>, Record<string, unknown>, RegExp]
> = [
  [
    'more peers than blocks',
    { kind: 'iid' },
    { peers: 19 },
    /^peers: must leave each at least 65 characters to train on, one would have 0 \(take fewer/
  ],
  [
    'runs shorter than a window',
    { kind: 'shards', perPeer: 1 },
    { peers: 300 },
    /^peers: must leave each at least 65 characters to train on, one would have 60/
  ],
  [
    'more runs than characters',
    { kind: 'shards', perPeer: 1000 },
    { peers: 100_000 },
    /^data\.partition\.perPeer: must leave a character for every shard, 1000 x 100000 are more/
  ],
  [
    'a test shorter than a window',
    { kind: 'iid' },
    { content: 'ab'.repeat(100), peers: 1 },
    /must leave 65 characters for the test at its end, leaves 20 \(take a longer text/
  ],
  [
    'a validation shorter than a window',
    { kind: 'iid' },
    { validation: 0.003 },
    /^data\.validation: must leave 65 characters for the validation, leaves 54/
  ],
  ['an empty file', { kind: 'iid' }, { content: '', peers: 1 }, /must leave 65 characters/]
]

for (const [what, partition, options, message] of SHORT) {
  test(`should refuse ${what}`, async (t) => {
    await t.throwsAsync(open(t, partition, options), { name: 'InvalidInputError', message })
  })
}
