import test from 'ava'
import { z } from 'zod'
import { check } from '../../../src/swarm/problems.ts'

const schema = z.strictObject({
  name: z.string().min(1),
  peers: z.int().min(1).max(100).default(4),
  loss: z.number().min(0).lt(1).default(0),
  mode: z.enum(['live', 'virtual']).default('live'),
  hidden: z.array(z.int()).min(1).default([8]),
  faults: z.array(z.never('no faults yet')).default([]),
  topology: z
    .discriminatedUnion('name', [
      z.strictObject({ name: z.literal('ring') }),
      z.strictObject({ name: z.literal('regular'), degree: z.int().min(1) })
    ])
    .default({ name: 'ring' })
})

/** A field that breaks a rule: what is given, and the path, rule and remedy that are reported. */
const CASES: readonly (readonly [object, string, string, string])[] = [
  [{ name: undefined }, 'name', 'missing', 'give text in double quotes'],
  [{ name: 3 }, 'name', 'must be text, is 3', 'give text in double quotes'],
  [{ name: '' }, 'name', 'must not be empty', 'give text in double quotes'],
  [{ peers: 'x' }, 'peers', 'must be a number, is "x"', 'give a whole number from 1 to 100'],
  [{ peers: 1.5 }, 'peers', 'must be a whole number, is 1.5', 'give a whole number from 1 to 100'],
  [{ peers: 0 }, 'peers', 'must be at least 1, is 0', 'give a whole number from 1 to 100'],
  [{ loss: 1 }, 'loss', 'must be below 1, is 1', 'give a number at least 0 and below 1'],
  [{ loss: null }, 'loss', 'must be a number, is null', 'give a number at least 0 and below 1'],
  [{ mode: 'Live' }, 'mode', 'unknown value "Live"', 'did you mean live? (it takes live, virtual)'],
  [{ mode: {} }, 'mode', 'unknown value an object', 'give one of: live, virtual'],
  [{ hidden: [] }, 'hidden', 'must be at least 1 elements', 'give at least 1'],
  [{ hidden: ['a'] }, 'hidden[0]', 'must be a number, is "a"', 'give a whole number'],
  [{ faults: [1] }, 'faults[0]', 'no faults yet', 'remove it'],
  [{ topology: {} }, 'topology.name', 'missing', 'give one of: ring, regular'],
  [{ topology: { name: 1 } }, 'topology.name', 'unknown value 1', 'give one of: ring, regular'],
  [
    { topology: { name: 'ring', degree: 4 } },
    'topology.degree',
    'unknown key',
    'remove it (known here: name)'
  ],
  [
    { topology: { name: 'regular', degree: 4, degre: 4 } },
    'topology.degre',
    'unknown key',
    'did you mean degree? (it takes name, degree)'
  ],
  [
    { topology: [] },
    'topology',
    'must be an object, is an array',
    'give an object whose name is one of: ring, regular'
  ]
]

for (const [fields, path, rule, remedy] of CASES) {
  test(`should say '${path}: ${rule}' for ${JSON.stringify(fields)}`, (t) => {
    const { data, problems } = check(schema, { name: 'x', ...fields })
    t.is(data, null)
    t.deepEqual(problems, [{ path, rule, remedy }])
  })
}

test('should find every problem of a document at once, below the prefix', (t) => {
  const { problems } = check(schema, { peers: 0, peer: 1, mode: 'x' }, ['manifest'])
  t.deepEqual(problems.map(({ path }) => path).sort(), [
    'manifest.mode',
    'manifest.name',
    'manifest.peer',
    'manifest.peers'
  ])
})

test('should return the data with its defaults when nothing is wrong', (t) => {
  const { data, problems } = check(schema, { name: 'x' })
  t.deepEqual(problems, [])
  t.is(data?.peers, 4)
})

test('should name the document itself and elements of arrays', (t) => {
  t.is(check(schema, 3).problems[0]!.path, '(document)')
})
