import test from 'ava'
import { dataProblems } from '../../../src/data/data-problems.ts'
import { openDataset } from '../../../src/data/index.ts'
import { InvalidInputError } from '../../../src/errors.ts'
import { check } from '../../../src/swarm/problems.ts'
import { dataSchema } from '../../../src/swarm/recipe.ts'

const problemsOf = (document: unknown): string[] => {
  const { data, problems } = check(dataSchema, document, ['data'])
  const all = [...problems, ...(data === null ? [] : dataProblems(data))]
  return all.map(({ path, rule, remedy }) => `${path}: ${rule} (${remedy})`)
}

const sha256 = '0123456789abcdef'.repeat(4)

for (const data of [
  { name: 'cifar10', sha256 },
  { name: 'text', level: 'byte', test: 0.05 },
  { name: 'csv', label: 'a', categorical: ['b', 'c'], ignore: ['d'], missing: 'mean', test: 0.3 },
  { name: 'images', side: 64, colour: 'grey', test: 0.2 }
]) {
  test(`should accept ${JSON.stringify(data)} and add nothing but partition and validation`, (t) => {
    t.deepEqual(problemsOf(data), [])
    t.deepEqual(dataSchema.parse(data), { ...data, partition: { kind: 'iid' }, validation: 0 })
  })
}

test('should leave documents of before as they were, so that manifests keep their hashes', (t) => {
  const parsed = dataSchema.parse({ name: 'glyphs' })
  t.deepEqual(Object.keys(parsed).sort(), ['name', 'partition', 'validation'])
})

const WRONG: ReadonlyArray<readonly [unknown, readonly string[]]> = [
  [
    { name: 'glyphs', sha256, level: 'byte' },
    [
      'data.sha256: says nothing of glyphs (remove it, or take mnist or mnist-10k or cifar10 or csv or images or text)',
      'data.level: says nothing of glyphs (remove it, or take text)'
    ]
  ],
  [
    { name: 'mnist', test: 0.2 },
    ['data.test: says nothing of mnist (remove it, or take text or csv or images)']
  ],
  [{ name: 'images', label: 'x' }, ['data.label: says nothing of images (remove it, or take csv)']],
  [
    { name: 'csv' },
    ['data.label: must name the column that is predicted (give its name as the first line has it)']
  ],
  [
    { name: 'csv', label: 'a', categorical: ['b', 'a'], ignore: ['c', 'b', 'c'] },
    [
      'data.categorical[1]: must not be that of data.label (name every column once at most)',
      'data.ignore[1]: must not be that of data.categorical[0] (name every column once at most)',
      'data.ignore[2]: must not be that of data.ignore[0] (name every column once at most)'
    ]
  ],
  [
    { name: 'cifar10', sha256: sha256.toUpperCase() },
    [
      'data.sha256: expected 64 hexadecimal digits in lower case (see docs/simulating.md, and docs/peer-config.md for a peer, for the values it takes)'
    ]
  ],
  [
    { name: 'cifar' },
    [
      'data.name: unknown value "cifar" (did you mean cifar10? (it takes glyphs, mnist, mnist-10k, cifar10, csv, images, text, none))'
    ]
  ],
  [
    { name: 'images', side: 2000 },
    ['data.side: must be at most 1024, is 2000 (give a whole number from 1 to 1024)']
  ]
]

for (const [document, problems] of WRONG) {
  test(`should refuse ${JSON.stringify(document)}`, (t) => {
    t.deepEqual(problemsOf(document), problems)
  })
}

test('should be found by whoever opens the dataset of a manifest', async (t) => {
  const error = await t.throwsAsync(openDataset({ name: 'csv', path: '/', side: 3 }))
  t.true(error instanceof InvalidInputError)
  t.regex(error!.message, /^data\.side: says nothing of csv.*\ndata\.label: must name/)
})
