import test from 'ava'
import { recipeSchema } from '../../../src/swarm/recipe.ts'

const LEAST = {
  model: { name: 'mlp' },
  data: { name: 'glyphs' },
  training: { learningRate: 0.1, steps: 10 },
  strategy: { name: 'gossip-averaging' },
  topology: { name: 'ring' }
}

test('should fill in what the docs say', (t) => {
  t.deepEqual(recipeSchema.parse(LEAST), {
    seed: 1,
    model: { name: 'mlp', hidden: [128] },
    data: { name: 'glyphs', partition: { kind: 'iid' }, validation: 0 },
    training: {
      optimizer: { name: 'sgd', momentum: 0 },
      learningRate: 0.1,
      schedule: 'constant',
      warmup: 0,
      batch: 32,
      clip: null,
      localSteps: 8,
      steps: 10
    },
    strategy: { name: 'gossip-averaging' },
    compression: { name: 'none' },
    topology: { name: 'ring' }
  })
})

test('should fill in what an optimizer, a partition and a topology leave out', (t) => {
  const recipe = recipeSchema.parse({
    ...LEAST,
    training: { ...LEAST.training, optimizer: { name: 'adam' } },
    data: { name: 'mnist', partition: { kind: 'shards' } },
    topology: { name: 'random-regular', degree: 4 }
  })
  t.deepEqual(recipe.training.optimizer, {
    name: 'adam',
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0
  })
  t.is(recipe.training.warmup, 0)
  t.deepEqual(recipe.data.partition, { kind: 'shards', perPeer: 2 })
  t.deepEqual(recipe.topology, { name: 'random-regular', degree: 4, lifetime: null })
})

test('should parse what it has parsed to the same', (t) => {
  const recipe = recipeSchema.parse(LEAST)
  t.deepEqual(recipeSchema.parse(recipe), recipe)
})

test("should leave a strategy's options to the strategy", (t) => {
  const strategy = { name: 'gossip-averaging', gamma: 0.5, anything: [1] }
  t.deepEqual(recipeSchema.parse({ ...LEAST, strategy }).strategy, strategy)
})

const { training } = LEAST

/** An object in an object in an object: JSON.parse can make it, recursion cannot walk it. */
const abyss = (): unknown => {
  const depth = 100_000
  return JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)
}

const REFUSED: ReadonlyArray<readonly [string, Record<string, unknown>]> = [
  ['no topology', { topology: undefined }],
  ['an unknown key', { peers: 4 }],
  ['a learning rate of zero', { training: { ...training, learningRate: 0 } }],
  [
    'an infinite learning rate',
    { training: { ...training, learningRate: Number.POSITIVE_INFINITY } }
  ],
  ['steps below zero', { training: { ...training, steps: -1 } }],
  ['a warm-up over more than half of the steps', { training: { ...training, warmup: 0.6 } }],
  ['no local steps', { training: { ...training, localSteps: 0 } }],
  ['a momentum of one', { training: { ...training, optimizer: { name: 'sgd', momentum: 1 } } }],
  [
    'options of another optimizer',
    { training: { ...training, optimizer: { name: 'sgd', beta1: 0 } } }
  ],
  ['a fraction of zero', { compression: { name: 'top-k+int4', fraction: 0 } }],
  ['a fraction above one', { compression: { name: 'top-k+int4', fraction: 1.01 } }],
  ['top-k without a fraction', { compression: { name: 'top-k+int8' } }],
  ['a fraction where there is none', { compression: { name: 'int4', fraction: 0.1 } }],
  ['a lifetime of zero', { topology: { name: 'random-regular', degree: 4, lifetime: 0 } }],
  ['a lifetime of a ring', { topology: { name: 'ring', lifetime: 5 } }],
  ['a degree of 65', { topology: { name: 'random-regular', degree: 65 } }],
  [
    'a Dirichlet partition without alpha',
    { data: { name: 'glyphs', partition: { kind: 'dirichlet' } } }
  ],
  ['a layer without units', { model: { name: 'mlp', hidden: [0] } }],
  ['a topology that is an abyss', { model: { name: 'layers', topology: abyss() } }],
  ['a list as a topology', { model: { name: 'layers', topology: [1] } }],
  ['a seed beyond exact numbers', { seed: 2 ** 53 }]
]

for (const [what, fields] of REFUSED) {
  test(`should refuse ${what}`, (t) => {
    t.true(recipeSchema.safeParse(LEAST).success)
    t.false(recipeSchema.safeParse({ ...LEAST, ...fields }).success)
  })
}
