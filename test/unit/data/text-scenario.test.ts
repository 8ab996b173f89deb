/** What a scenario may say of a text; the other rules are tested with the simulator. */
import { readFile } from 'node:fs/promises'
import test from 'ava'
import { InvalidInputError } from '../../../src/errors.ts'
import { parseScenario } from '../../../src/simulation/scenario.ts'

const scenarioWith = (overrides: Record<string, unknown>) => ({
  name: 'one',
  peers: 8,
  model: { name: 'gpt' },
  data: { name: 'text', path: 'here' },
  training: { learningRate: 0.1, steps: 10 },
  strategy: { name: 'gossip-averaging' },
  topology: { name: 'ring' },
  ...overrides
})

const problemsOf = (overrides: Record<string, unknown>): string[] => {
  try {
    parseScenario(scenarioWith(overrides))
    return []
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    return error.problems.map(({ path, rule, remedy }) => `${path}: ${rule} (${remedy})`)
  }
}

test('should accept a gpt with a text, with a path or without, and both ways to part it', (t) => {
  t.deepEqual(problemsOf({}), [])
  t.deepEqual(problemsOf({ data: { name: 'text' } }), [])
  t.deepEqual(problemsOf({ data: { name: 'text', partition: { kind: 'shards' } } }), [])
  const { model } = parseScenario(scenarioWith({}))
  const sides = { layers: 4, heads: 4, width: 64, context: 64 }
  t.deepEqual(model, { name: 'gpt', ...sides, activation: 'gelu', tied: true })
})

const WRONG: Readonly<Record<string, readonly [Record<string, unknown>, string]>> = {
  'a gpt with rows': [
    { data: { name: 'glyphs' } },
    'data.name: the model gpt needs a text (set data.name to text)'
  ],
  'a gpt without data': [
    { data: { name: 'none' } },
    'data.name: the model gpt needs a text (set data.name to text)'
  ],
  'rows for a text': [
    { model: { name: 'mlp' } },
    'data.name: the model mlp cannot learn from a text (choose a dataset of rows (docs/data.md), such as glyphs or mnist)'
  ],
  'a synthetic model with a text': [
    { model: { name: 'quadratic' } },
    'data.name: the model quadratic has no data (set data.name to none)'
  ],
  'a partition by class': [
    { data: { name: 'text', partition: { kind: 'dirichlet', alpha: 0.1 } } },
    'data.partition.kind: cannot be dirichlet for a text, which has no classes (give iid or shards)'
  ],
  'a text to be fetched': [
    { data: { name: 'text', url: 'https://example.org/' } },
    'data.url: is where files are fetched from that data.path does not name (remove it, or data.path)'
  ]
}

for (const [what, [overrides, problem]] of Object.entries(WRONG)) {
  test(`should refuse ${what}`, (t) => {
    t.deepEqual(problemsOf(overrides), [problem])
  })
}

for (const [field, value] of Object.entries({
  layers: 49,
  heads: 65,
  width: 2049,
  context: 0
})) {
  test(`should refuse a gpt with ${field} ${value}`, (t) => {
    const [problem, ...others] = problemsOf({ model: { name: 'gpt', [field]: value } })
    t.true(problem!.startsWith(`model.${field}: must be at `), problem)
    t.deepEqual(others, [])
  })
}

test('should read the committed scenario', async (t) => {
  const file = new URL('../../../simulations/shakespeare/scenario.json', import.meta.url)
  const document = JSON.parse(await readFile(file, 'utf8'))
  const { training, model } = parseScenario(document)
  t.is(model.name, 'gpt')
  t.is(training.warmup, 0.2)
})
