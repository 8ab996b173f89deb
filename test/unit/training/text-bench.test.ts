import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { openTextShards } from '../../../src/data/text-shards.ts'
import { type Recipe, recipeSchema } from '../../../src/swarm/recipe.ts'
import { swarmStreams } from '../../../src/swarm/streams.ts'
import { openBench } from '../../../src/training/bench.ts'
import { crossEntropySum } from '../../../src/training/cross-entropy.ts'
import { createModel } from '../../../src/training/models/create-model.ts'
import { textSides } from '../../../src/training/models/model.ts'
import { openWasmEngine } from '../../../src/training/wasm/wasm-engine.ts'
import { difference } from './helpers.ts'

const CONTEXT = 12
const MODEL = {
  name: 'gpt',
  layers: 1,
  heads: 2,
  width: 16,
  context: CONTEXT,
  activation: 'gelu',
  tied: true
} as const

const modelOf = (vocabulary: number) => createModel(MODEL, textSides(CONTEXT, vocabulary))
const PEERS = 3

/** A text that is learned soon: whoever knows one character knows the next. */
const CONTENT = 'the quick brown dog jumps\n'.repeat(600)

let path = ''
test.before(async () => {
  path = await mkdtemp(join(tmpdir(), 'swarmgrad-bench-'))
  await writeFile(join(path, 'input.txt'), CONTENT)
})
test.after.always(() => rm(path, { recursive: true, force: true }))

const recipeWith = (some: Record<string, unknown> = {}): Recipe =>
  recipeSchema.parse({
    seed: 5,
    model: MODEL,
    data: { name: 'text' },
    training: { learningRate: 0.01, steps: 100, batch: 4, optimizer: { name: 'adam' } },
    strategy: { name: 'gossip-averaging' },
    topology: { name: 'ring' },
    ...some
  })

const open = (some: Record<string, unknown> = {}) =>
  openBench({ recipe: recipeWith(some), dataPath: path, shards: PEERS, backend: 'wasm' })

const partsOf = (recipe: Recipe) =>
  openTextShards(
    { ...recipe.data, name: 'text', path },
    PEERS,
    13,
    swarmStreams(recipe.seed).partition
  )

test('should open a bench whose vocabulary is that of the text', async (t) => {
  const bench = await open()
  t.is(bench.backend, 'wasm')
  const vocabulary = new Set(CONTENT).size
  t.deepEqual(bench.layout, modelOf(vocabulary).layout)
  t.is(bench.validator(), null)
})

test('should draw windows from the own part alone', async (t) => {
  const bench = await open()
  const text = await partsOf(recipeWith())
  for (let shard = 0; shard < PEERS; shard++) {
    const trainer = bench.trainer(shard)
    t.is(trainer.rows, text.part(shard).length)
    t.is(trainer.classes, null)
    const replica = trainer.initial()
    t.is(trainer.train(replica, 2, 0).samples, 8)
  }
})

test('should learn, and start every peer from the same replica', async (t) => {
  const bench = await open()
  const trainer = bench.trainer(0)
  const replica = trainer.initial()
  t.deepEqual(replica, bench.trainer(1).initial())
  const evaluator = bench.evaluator()
  const before = evaluator.evaluate(replica)
  t.is(before.accuracy, null)
  t.is(before.confusion, null)
  t.true(Math.abs(before.loss - Math.log(new Set(CONTENT).size)) < 0.05, `${before.loss}`)
  trainer.train(replica, 300, 0)
  t.true(evaluator.evaluate(replica).loss < 0.5)
})

test('should evaluate 300 windows from the first to the last of the test text', async (t) => {
  const bench = await open()
  const { test: text, vocabulary } = await partsOf(recipeWith())
  const replica = bench.trainer(0).initial()
  const batches = Array.from({ length: 300 }, (_, i) => {
    const from = Math.floor((i * (text.length - 13)) / 299)
    return { x: text.slice(from, from + 12), labels: text.slice(from + 1, from + 13) }
  })
  let sum = 0
  openWasmEngine(modelOf(vocabulary), 1).logits(replica, batches, (logits, { labels }) => {
    sum += crossEntropySum(logits, labels, vocabulary)
  })
  const { loss } = bench.evaluator().evaluate(replica)
  t.true(Math.abs(loss - sum / (300 * 12)) < 1e-12)
})

test('should validate on what data.validation keeps aside', async (t) => {
  const bench = await open({ data: { name: 'text', validation: 0.2 } })
  const replica = bench.trainer(0).initial()
  const [validation, test] = [bench.validator()!, bench.evaluator()]
  t.not(validation.evaluate(replica).loss, test.evaluate(replica).loss)
})

test('should take as the gradient of all-reduce the mean of the batches that the peers draw', async (t) => {
  const sgd = { learningRate: 1, steps: 10, batch: 4 }
  const bench = await open({ training: sgd })
  const together = bench.allReduce()
  const replica = together.initial()
  t.is(together.train(replica, 1, 0).samples, 4 * PEERS)
  const sum = new Float64Array(replica.length)
  for (let shard = 0; shard < PEERS; shard++) {
    const own = bench.trainer(shard)
    const moved = own.initial()
    own.train(moved, 1, 0)
    moved.forEach((value, i) => {
      sum[i] = sum[i]! + value / PEERS
    })
  }
  // Two roundings of the replica to float32.
  t.true(difference(replica, sum) < 1e-6)
})

test('should train all parts together as one text', async (t) => {
  const text = await partsOf(recipeWith())
  const bench = await open()
  const trainer = bench.centralised()
  t.is(
    trainer.rows,
    [0, 1, 2].reduce((sum, shard) => sum + text.part(shard).length, 0)
  )
  const replica = trainer.initial()
  t.is(trainer.train(replica, 3, 0).samples, 12)
})

test('should refuse rows for a gpt, and a text for another model', async (t) => {
  await t.throwsAsync(open({ data: { name: 'glyphs' } }), {
    name: 'InvalidInputError',
    message: 'data.name: the model gpt needs a text, not glyphs (set data.name to text)'
  })
  await t.throwsAsync(open({ model: { name: 'mlp' } }), {
    name: 'InvalidInputError',
    message: /^data\.name: must not be a text here/
  })
})
