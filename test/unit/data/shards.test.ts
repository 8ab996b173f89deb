import test from 'ava'
import type { Table } from '../../../src/data/dataset.ts'
import { createGlyphs } from '../../../src/data/glyphs.ts'
import { partition } from '../../../src/data/partition.ts'
import { openShards, type Shards } from '../../../src/data/shards.ts'
import type { Wanted } from '../../../src/data/wanted.ts'
import { seeded } from '../../../src/random.ts'
import { dataSchema } from '../../../src/swarm/recipe.ts'
import { contentOf, featuresOf, labelsOf } from './tables.ts'

const PEERS = 5
const ROWS = 12_000

const open = (validation: number, seed = 1, wanted: Wanted = {}): Promise<Shards> => {
  const partition = { kind: 'shards', perPeer: 2 }
  const data = dataSchema.parse({ name: 'glyphs', partition, validation })
  return openShards({ ...data, path: null }, PEERS, seeded(seed), wanted)
}

const tablesOf = (shards: Shards): Table[] =>
  Array.from({ length: PEERS }, (_, peer) => shards.table(peer))

/** A row's pixels as text: noise makes every one different. */
const rowsOf = (table: Table): string[] => {
  const features = featuresOf(table)
  const { rows, width } = table
  return Array.from({ length: rows }, (_, row) =>
    Buffer.from(features.slice(row * width, (row + 1) * width).buffer).toString('base64')
  )
}

test('should say the shape of a row', async (t) => {
  const { shape, width, classes } = await open(0)
  t.deepEqual(shape, [28, 28, 1])
  t.is(width, 784)
  t.is(classes, 10)
})

test('should partition the rows themselves without validation', async (t) => {
  const shards = await open(0)
  t.is(shards.validation(), null)
  const glyphs = createGlyphs()
  const labels = Uint8Array.from(labelsOf(glyphs, glyphs.train))
  const parts = partition({ kind: 'shards', perPeer: 2 }, labels, PEERS, 10, seeded(1))
  for (const [peer, table] of tablesOf(shards).entries()) {
    t.deepEqual(
      table.labels,
      Uint8Array.from(parts[peer]!, (row) => labels[row]!),
      `peer ${peer}`
    )
  }
})

test('should give the rows of validation to nobody, and the others to one peer each', async (t) => {
  const shards = await open(0.1)
  const validation = shards.validation()!
  t.is(validation.rows, ROWS / 10)
  const trained = tablesOf(shards).flatMap(rowsOf)
  const held = rowsOf(validation)
  t.is(new Set([...trained, ...held]).size, ROWS)
  t.is(trained.length + held.length, ROWS)
  t.deepEqual(rowsOf(shards.union()).sort(), trained.sort())
})

test('should keep the same rows aside at every peer, and others for another seed', async (t) => {
  const [a, b, c] = await Promise.all([open(0.1), open(0.1), open(0.1, 2)])
  const [first, same, other] = [a, b, c].map((shards) => contentOf(shards.validation()!))
  t.deepEqual(first, same)
  t.notDeepEqual(first, other)
})

test('should give the same rows to one peer alone, and no others', async (t) => {
  const all = await open(0.1)
  const own = await open(0.1, 1, { shards: [3], validation: false })
  t.deepEqual(contentOf(own.table(3)), contentOf(all.table(3)))
  t.is(own.test().rows, all.test().rows)
  t.is(own.validation(), null)
  t.throws(() => own.table(2), { instanceOf: RangeError })
  t.throws(() => own.union(), { instanceOf: RangeError })
})

test('should give whoever only measures the test and the validation', async (t) => {
  const all = await open(0.1)
  const none = await open(0.1, 1, { shards: [] })
  t.deepEqual(contentOf(none.validation()!), contentOf(all.validation()!))
  t.is(none.test().rows, 2000)
  t.throws(() => none.table(0), { instanceOf: RangeError })
})

test('should refuse what is more than the memory it may have, and say how much it is', async (t) => {
  await t.notThrowsAsync(open(0, 1, { maxBytes: 14_000 * 784 }))
  await t.throwsAsync(open(0, 1, { maxBytes: 14_000 * 784 - 1 }), {
    name: 'InvalidInputError',
    message:
      'data: must fit into 10975999 bytes of memory, its 14000 rows take 10976000 ' +
      '(take more peers, so that each has a smaller part, or less data)'
  })
  // One peer needs a fifth of the training rows, and the test.
  await t.notThrowsAsync(open(0, 1, { shards: [0], maxBytes: (2400 + 2000) * 784 }))
})
