import test from 'ava'
import { manifestSchema } from '../../../src/swarm/manifest.ts'
import { publicBytes, sharingProblems } from '../../../src/swarm/sharing-problems.ts'

const FILE = {
  name: 'a.csv',
  urls: ['https://example.org/a.csv'],
  sha256: 'ab'.repeat(32),
  bytes: 10
}

const manifestWith = (sharing: object | undefined, fields: object = {}) =>
  manifestSchema.parse({
    name: 'shared',
    shards: 4,
    layout: '0'.repeat(64),
    model: { name: 'mlp' },
    data: { name: 'csv', label: 'x' },
    training: { learningRate: 0.1, steps: 8 },
    strategy: { name: 'delta-set' },
    topology: { name: 'full' },
    sharing,
    ...fields
  })

const pathsOf = (sharing: object | undefined, fields: object = {}): string =>
  sharingProblems(manifestWith(sharing, fields))
    .map(({ path }) => path)
    .join(' ')

const publicly = (...files: object[]) => ({ kind: 'public', files })

test('should find nothing wrong with what can be shared', (t) => {
  t.is(pathsOf(undefined), '')
  t.is(pathsOf({ kind: 'own' }), '')
  t.is(pathsOf(publicly(FILE, { ...FILE, name: 'b.csv' })), '')
  t.is(pathsOf(publicly(), { data: { name: 'glyphs' } }), '')
  t.is(pathsOf(publicly(), { data: { name: 'images', sha256: 'ab'.repeat(32) } }), '')
})

test('should name everything that keeps data from being shared', (t) => {
  t.is(pathsOf({ kind: 'own' }, { data: { name: 'text', sha256: 'ab'.repeat(32) } }), 'data.sha256')
  t.is(pathsOf(publicly(FILE), { data: { name: 'glyphs' } }), 'sharing.files')
  t.is(pathsOf(publicly(FILE), { data: { name: 'images' } }), 'sharing.files')
  const quadratic = { data: { name: 'none' }, model: { name: 'quadratic' } }
  t.is(pathsOf(publicly(), quadratic), 'sharing')
  const urls = ['http://user:secret@example.org/a.csv', 'http://[nowhere/']
  t.is(
    pathsOf(publicly(FILE, { ...FILE, name: 'A.CSV', urls })),
    'sharing.files[1].name sharing.files[1].urls[0] sharing.files[1].urls[1]'
  )
})

test('should say how much is fetched', (t) => {
  t.is(publicBytes(manifestWith(publicly(FILE, { ...FILE, name: 'b', bytes: 32 })).sharing!), 42)
  t.is(publicBytes({ kind: 'own' }), 0)
})
