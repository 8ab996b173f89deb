import test from 'ava'
import { applyOverrides } from '../../../src/cli/overrides.ts'

const DOCUMENT = { peers: 4, model: { hidden: [16] }, data: { path: null } }

test('should set a field by its dotted path and leave the document alone', (t) => {
  const before = structuredClone(DOCUMENT)
  const { document, problems } = applyOverrides(DOCUMENT, ['peers=8', 'data.name=mnist'])
  t.deepEqual(problems, [])
  t.deepEqual(document, { ...DOCUMENT, peers: 8, data: { path: null, name: 'mnist' } })
  t.deepEqual(DOCUMENT, before)
})

test('should make the objects that a path needs', (t) => {
  const { document } = applyOverrides({}, ['data.partition.alpha=0.1'])
  t.deepEqual(document, { data: { partition: { alpha: 0.1 } } })
})

const VALUES: readonly (readonly [string, unknown])[] = [
  ['8', 8],
  ['1e-3', 0.001],
  ['true', true],
  ['null', null],
  ['[64,32]', [64, 32]],
  ['{"name":"ring"}', { name: 'ring' }],
  ['"8"', '8'],
  ['int4', 'int4'],
  ['top-k+int4', 'top-k+int4'],
  ['', ''],
  ['a=b', 'a=b'],
  ['{name:ring}', '{name:ring}']
]

for (const [text, value] of VALUES) {
  test(`should read the value '${text}' as JSON or else as text`, (t) => {
    t.deepEqual(applyOverrides({}, [`x=${text}`]).document, { x: value })
  })
}

test('should let the last of several assignments win', (t) => {
  t.deepEqual(applyOverrides({}, ['x=1', 'x=2']).document, { x: 2 })
})

test('should name every assignment that is none, and carry out the others', (t) => {
  const { document, problems } = applyOverrides({}, ['x', '=1', 'a..b=1', '.a=1', 'y=1', ''])
  t.deepEqual(
    problems.map(({ path }) => path),
    ['--set x', '--set =1', '--set a..b=1', '--set .a=1', '--set ']
  )
  t.deepEqual(document, { y: 1 })
})

test('should refuse a path below a number, a text, null or an array', (t) => {
  const assignments = [
    'peers.x=1',
    'name.x=1',
    'data.path.x=1',
    'model.hidden.0=1',
    'model.hidden.length=0'
  ]
  const { document, problems } = applyOverrides({ ...DOCUMENT, name: 'tiny' }, assignments)
  t.deepEqual(
    problems.map(({ rule }) => rule),
    [
      'peers is 4 and has no fields',
      'name is "tiny" and has no fields',
      'data.path is null and has no fields',
      'model.hidden is an array, and arrays are set as a whole',
      'model.hidden is an array, and arrays are set as a whole'
    ]
  )
  t.is(problems[3]!.remedy, "write it like --set 'model.hidden=[16]'")
  t.deepEqual(document, { ...DOCUMENT, name: 'tiny' })
})

test('should set fields of their own for the names that every object inherits', (t) => {
  const { document } = applyOverrides({}, ['__proto__.x=1', 'constructor.prototype.y=1'])
  t.deepEqual(Object.keys(document as object), ['__proto__', 'constructor'])
  t.false('x' in {})
  t.false('y' in {})
})

test('should leave a document that is no object to the schema', (t) => {
  t.deepEqual(applyOverrides([1], ['x=1']), { document: [1], problems: [] })
  t.deepEqual(applyOverrides(null, ['x=1']), { document: null, problems: [] })
})
