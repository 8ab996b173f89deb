import test from 'ava'
import {
  type Manifest,
  manifestHash,
  manifestSchema,
  recipeOf
} from '../../../src/swarm/manifest.ts'

/** Written out in full, so that no default can change it. */
const MANIFEST: Manifest = {
  name: 'pinned',
  shards: 6,
  layout: 'ab'.repeat(32),
  seed: 1,
  model: { name: 'mlp', hidden: [128] },
  data: { name: 'glyphs', partition: { kind: 'dirichlet', alpha: 0.1 }, validation: 0 },
  training: {
    optimizer: { name: 'sgd', momentum: 0 },
    learningRate: 0.2,
    schedule: 'cosine',
    warmup: 0,
    batch: 32,
    clip: null,
    localSteps: 8,
    steps: 1600
  },
  strategy: { name: 'gossip-averaging' },
  compression: { name: 'int4' },
  topology: { name: 'random-regular', degree: 4, lifetime: 50 }
}

/** SHA-256 of dag-cbor written by hand in Python: keys by length, then bytes; floats in 64 bits. */
const PINNED = '41c6311fe9fd78eb590230c0dbaa723db1190fbfd964574b62a14c0d3d26c0fb'

test('should hash a manifest as committed', (t) => {
  t.is(manifestHash(MANIFEST), PINNED)
})

test('should hash alike whatever the order of the keys', (t) => {
  const turned = (value: unknown): unknown => {
    if (Array.isArray(value) || typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, inner]) => [key, turned(inner)])
    )
  }
  const other = turned(MANIFEST) as Manifest
  t.notDeepEqual(Object.keys(other), Object.keys(MANIFEST))
  t.is(manifestHash(other), PINNED)
})

/** Every leaf of a document, as a path of keys. */
const leaves = (value: unknown, path: readonly string[] = []): string[][] => {
  if (typeof value !== 'object' || value === null) return [[...path]]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
}

const changed = (path: readonly string[]): Manifest => {
  const copy = structuredClone(MANIFEST)
  let holder = copy as unknown as Record<string, unknown>
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>
  const last = path.at(-1)!
  const value = holder[last]
  holder[last] = typeof value === 'number' ? value + 1 : `${value}!`
  return copy
}

test('should hash otherwise when any field changes', (t) => {
  const paths = leaves(MANIFEST)
  t.true(paths.length >= 20, `${paths.length} leaves`)
  const hashes = paths.map((path) => manifestHash(changed(path)))
  for (const [i, hash] of hashes.entries()) t.not(hash, PINNED, paths[i]!.join('.'))
  t.is(new Set(hashes).size, hashes.length)
})

test('should be the same manifest after a parse', (t) => {
  t.is(manifestHash(manifestSchema.parse(structuredClone(MANIFEST))), PINNED)
  t.is(manifestHash(manifestSchema.parse(JSON.parse(JSON.stringify(MANIFEST)))), PINNED)
})

test('should be another swarm with a file to begin with, and with another one', (t) => {
  const hashes = ['cd'.repeat(32), 'ce'.repeat(32)].map((initial) =>
    manifestHash(manifestSchema.parse({ ...MANIFEST, initial }))
  )
  t.is(new Set([PINNED, ...hashes]).size, 3)
  t.deepEqual(recipeOf({ ...MANIFEST, initial: 'cd'.repeat(32) }), recipeOf(MANIFEST))
})

test('should give the recipe without what only the swarm needs', (t) => {
  const { name: _name, shards: _shards, layout: _layout, ...recipe } = MANIFEST
  t.deepEqual(recipeOf(MANIFEST), recipe)
})

const REFUSED: ReadonlyArray<readonly [string, Record<string, unknown>]> = [
  ['an unknown key', { owner: 'me' }],
  ['an empty name', { name: '' }],
  ['a name of 101 characters', { name: 'x'.repeat(101) }],
  ['no shards', { shards: 0 }],
  ['half a shard', { shards: 1.5 }],
  ['more shards than anyone has', { shards: 100_001 }],
  ['a layout that is too short', { layout: 'ab'.repeat(31) }],
  ['a layout in capitals', { layout: 'AB'.repeat(32) }],
  ['a layout with more behind it', { layout: `${'ab'.repeat(32)}\n` }],
  ['a seed below zero', { seed: -1 }],
  ['a beginning that is no hash', { initial: 'model.safetensors' }],
  ['no beginning, spelled out', { initial: null }],
  ['a model of ten thousand layers', { model: { name: 'mlp', hidden: new Array(10_000).fill(1) } }]
]

for (const [what, fields] of REFUSED) {
  test(`should refuse a manifest with ${what}`, (t) => {
    t.false(manifestSchema.safeParse({ ...MANIFEST, ...fields }).success)
  })
}
