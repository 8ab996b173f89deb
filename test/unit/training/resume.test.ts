/** A trainer that goes on from what another has saved, against one that was never interrupted. */
import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { type OptimizerConfig, trainingSchema } from '../../../src/swarm/recipe.ts'
import type { Examples } from '../../../src/training/examples.ts'
import { meter } from '../../../src/training/meter.ts'
import { createModel } from '../../../src/training/models/create-model.ts'
import { createAllReduce } from '../../../src/training/trainer.ts'
import type { Saved } from '../../../src/vector/saved.ts'
import { builtIn } from './helpers.ts'
import {
  ADAM,
  AFTER,
  BATCH,
  BEFORE,
  bits,
  CASES,
  interrupted,
  kept,
  MOMENTUM,
  OPTIMIZERS,
  openProgram,
  SGD,
  trainerOn
} from './resume-cases.ts'

for (const of of Object.values(CASES)) {
  for (const optimizer of OPTIMIZERS) {
    const title = `${JSON.stringify(of.config)}, ${JSON.stringify(optimizer)}`
    test(`should go on bit for bit in another engine: ${title}`, (t) => {
      const [expected, resumed] = interrupted(openProgram(of), openProgram(of), of, optimizer)
      t.deepEqual(resumed, expected)
    })
  }
}

const { mlp } = CASES
const openMlp = () => openProgram(mlp)

test('should save copies, and keep none of what it restores', (t) => {
  const trainer = trainerOn(openMlp(), mlp, ADAM)
  const replica = trainer.initial()
  trainer.train(replica, 3, 0)
  const saved = trainer.save()
  const before = kept(saved)
  trainer.train(replica, 3, 3)
  t.deepEqual(saved, before)
  trainer.restore(saved)
  const [a, b] = [replica.slice(), replica.slice()]
  trainer.train(a, 3, 3)
  t.deepEqual(saved, before)
  trainer.restore(before)
  for (const vector of Object.values(before.vectors)) vector.fill(9)
  trainer.train(b, 3, 3)
  t.deepEqual(a, b)
})

test('should name what it saves', (t) => {
  const names = (optimizer: OptimizerConfig) =>
    Object.keys(trainerOn(openMlp(), mlp, optimizer).save().vectors)
  t.deepEqual(names(SGD), [])
  t.deepEqual(names(MOMENTUM), ['optimizer/velocity'])
  t.deepEqual(names(ADAM), ['optimizer/m', 'optimizer/v'])
})

test('should refuse what another optimiser or model has saved, and stay as it was', (t) => {
  const wide = { ...mlp, config: { name: 'mlp', hidden: [9] } }
  const good = trainerOn(openMlp(), mlp, ADAM).save()
  const bad: readonly Saved[] = [
    trainerOn(openMlp(), mlp, MOMENTUM).save(),
    trainerOn(openProgram(wide), wide, ADAM).save(),
    { vectors: good.vectors, data: null },
    { vectors: {}, data: good.data },
    { vectors: { ...good.vectors, 'optimizer/x': new Float32Array(1) }, data: good.data },
    {
      vectors: { ...good.vectors, 'optimizer/m': new Float64Array(mlp.sides.features) },
      data: good.data
    },
    { vectors: good.vectors, data: { ...(good.data as object), streams: [[1, 2, 3]] } },
    { vectors: good.vectors, data: { ...(good.data as object), streams: [] } }
  ]
  const [trainer, untouched] = [1, 2].map(() => trainerOn(openMlp(), mlp, ADAM))
  for (const [i, saved] of bad.entries()) {
    t.throws(() => trainer!.restore(saved), { instanceOf: RangeError }, `${i}`)
  }
  const [a, b] = [trainer!.initial(), trainer!.initial()]
  trainer!.train(a, 3, 0)
  untouched!.train(b, 3, 0)
  t.deepEqual(a, b)
})

test('should go on with the streams of all shards, and with the optimiser, of all-reduce', (t) => {
  const together = () =>
    createAllReduce({
      engine: openMlp(),
      model: createModel(builtIn(mlp.config), mlp.sides),
      shards: [1, 2, 3].map((seed) => ({ examples: mlp.examples, random: seeded(seed) })),
      training: trainingSchema.parse({
        learningRate: 0.1,
        steps: 40,
        batch: BATCH,
        optimizer: ADAM
      }),
      initial: seeded(7)
    })
  const [whole, early, late] = [together(), together(), together()]
  const [expected, replica] = [whole.initial(), whole.initial()]
  whole.train(expected, BEFORE + AFTER, 0)
  early.train(replica, BEFORE, 0)
  late.restore(kept(early.save()))
  late.train(replica, AFTER, BEFORE)
  t.deepEqual(bits(replica), bits(expected))
})

test('should go on counting trouble', (t) => {
  const broken: Examples = {
    ...mlp.examples,
    draws: (size) => () => ({
      x: new Float32Array(size * mlp.sides.features).fill(Number.NaN),
      labels: new Uint8Array(size)
    })
  }
  const metered = () => meter(trainerOn(openMlp(), { ...mlp, examples: broken }, ADAM), 3)
  const [before, after] = [metered(), metered()]
  before.train(before.initial(), 4, 0)
  before.take()
  after.restore(kept(before.save()))
  t.deepEqual(after.trouble(), { skippedSteps: 4, divergedRounds: 1 })
  after.train(after.initial(), 2, 4)
  t.is(after.trouble().skippedSteps, 6)
})
