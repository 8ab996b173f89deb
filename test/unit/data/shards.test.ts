import test from 'ava'
import type { Table } from '../../../src/data/dataset.ts'
import { createGlyphs } from '../../../src/data/glyphs.ts'
import { partition } from '../../../src/data/partition.ts'
import { openShards, type Shards } from '../../../src/data/shards.ts'
import { seeded } from '../../../src/random.ts'
import { dataSchema } from '../../../src/swarm/recipe.ts'

const PEERS = 5
const ROWS = 12_000

const open = (validation: number, seed = 1): Promise<Shards> => {
  const partition = { kind: 'shards', perPeer: 2 }
  const data = dataSchema.parse({ name: 'glyphs', partition, validation })
  return openShards({ ...data, path: null }, PEERS, seeded(seed))
}

const tablesOf = (shards: Shards): Table[] =>
  Array.from({ length: PEERS }, (_, peer) => shards.table(peer))

/** A row's pixels as text: noise makes every one different. */
const rowsOf = ({ features, rows, width }: Table): string[] =>
  Array.from({ length: rows }, (_, row) =>
    Buffer.from(features.slice(row * width, (row + 1) * width).buffer).toString('base64')
  )

test('should say the shape of a row', async (t) => {
  const { shape, width, classes } = await open(0)
  t.deepEqual(shape, [28, 28, 1])
  t.is(width, 784)
  t.is(classes, 10)
})

test('should partition the rows themselves without validation', async (t) => {
  const shards = await open(0)
  t.is(shards.validation(), null)
  const { labels } = createGlyphs().train
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
  t.deepEqual(a.validation(), b.validation())
  t.notDeepEqual(a.validation(), c.validation())
})
