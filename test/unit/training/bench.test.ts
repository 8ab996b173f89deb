import test from 'ava'
import { createGlyphs } from '../../../src/data/glyphs.ts'
import { holdOut } from '../../../src/data/hold-out.ts'
import { type DataConfig, type Recipe, recipeSchema } from '../../../src/swarm/recipe.ts'
import { swarmStreams } from '../../../src/swarm/streams.ts'
import { openBench } from '../../../src/training/bench.ts'

const SHARDS = 7

const recipeOf = (model: object, data: Partial<DataConfig>): Recipe =>
  recipeSchema.parse({
    seed: 5,
    model,
    data: { name: 'glyphs', ...data },
    training: { learningRate: 0.05, steps: 120 },
    strategy: { name: 'gossip-averaging' },
    topology: { name: 'ring' }
  })

const open = (model: object, data: Partial<DataConfig>, shards = SHARDS) =>
  openBench({ recipe: recipeOf(model, data), dataPath: null, shards, backend: 'wasm' })

const linear = { name: 'mlp', hidden: [] }

const sum = (counts: ArrayLike<number>): number => Array.from(counts).reduce((a, b) => a + b, 0)

test.serial('should count the classes of every shard', async (t) => {
  const bench = await open(linear, { partition: { kind: 'stratified' } })
  const all = new Array<number>(10).fill(0)
  for (let shard = 0; shard < SHARDS; shard++) {
    const { rows, classes } = bench.trainer(shard)
    t.is(sum(classes!), rows)
    // 1,200 of each class among 7: 171 or 172.
    for (const count of classes!) t.true(count === 171 || count === 172, `${classes}`)
    classes!.forEach((count, label) => {
      all[label] = all[label]! + count
    })
  }
  t.deepEqual(all, new Array<number>(10).fill(1200))
  t.is(bench.validator(), null)
})

test.serial('should validate on the rows held out, the same however many shards', async (t) => {
  const evaluations = []
  for (const shards of [SHARDS, 2]) {
    const bench = await open(linear, { validation: 0.1 }, shards)
    const validator = bench.validator()!
    const replica = bench.trainer(0).initial()
    const { confusion, loss } = validator.evaluate(replica)
    evaluations.push(loss)
    const glyphs = createGlyphs()
    const labels = Uint8Array.from(glyphs.train, (row) => glyphs.labels[row]!)
    const { held } = holdOut(0.1, labels, 10, swarmStreams(5).partition)
    for (let label = 0; label < 10; label++) {
      const expected = held.filter((row) => labels[row] === label).length
      t.is(sum(confusion!.subarray(10 * label, 10 * label + 10)), expected)
    }
  }
  t.is(evaluations[0], evaluations[1])
})

test.serial('should train a convolutional model on images', async (t) => {
  const bench = await open({ name: 'cnn' }, {})
  t.is(bench.layout.length, 61_706)
  const trainer = bench.trainer(0)
  const replica = trainer.initial()
  t.is(trainer.train(replica, 100, 0).samples, 3200)
  // Ten balanced classes: who knows nothing loses ln 10 = 2.3.
  const { loss } = trainer.train(replica, 20, 100)
  t.true(loss! < 1, `${loss}`)
})

test.serial(
  'should begin with the replica that it is given, at every trainer, in copies',
  async (t) => {
    for (const model of [linear, { name: 'quadratic', parameters: 20 }]) {
      const data = model === linear ? {} : { name: 'none' as const }
      const bench = await openBench({
        recipe: recipeOf(model, data),
        dataPath: null,
        shards: 2,
        backend: 'wasm',
        initial: ({ length }) => Float32Array.from({ length }, (_, i) => i / length)
      })
      const expected = Float32Array.from(
        { length: bench.layout.length },
        (_, i) => i / bench.layout.length
      )
      for (const trainer of [
        bench.trainer(0),
        bench.trainer(1),
        bench.centralised(),
        bench.allReduce()
      ]) {
        trainer.initial().fill(7)
        t.deepEqual(trainer.initial(), expected)
      }
      bench.dispose()
    }
  }
)
