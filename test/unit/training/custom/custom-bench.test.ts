import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { InvalidInputError } from '../../../../src/errors.ts'
import { recipeSchema } from '../../../../src/swarm/recipe.ts'
import { learningRateAt } from '../../../../src/swarm/schedule.ts'
import { openBench } from '../../../../src/training/bench.ts'
import { goalOf, isSeen, LENGTH, layout } from '../../../helpers/own-quadratic.ts'
import { temporaryFolder } from '../../../helpers/program.ts'

const MODULE = resolve(import.meta.dirname, '../../../helpers/own-quadratic.ts')

const recipeOf = (options: object = {}) =>
  recipeSchema.parse({
    model: { name: 'custom', program: 'test', options },
    data: { name: 'none' },
    training: { learningRate: 0.1, steps: 100, schedule: 'cosine' },
    strategy: { name: 'delta-set' },
    topology: { name: 'full' }
  })

const open = (trainer: string | null, options: object = {}) =>
  openBench({ recipe: recipeOf(options), dataPath: null, shards: 2, trainer, backend: 'wasm' })

test('should train as the module does, with the rates of the manifest', async (t) => {
  const bench = await open(MODULE)
  t.is(bench.layout.hash, layout.hash)
  const trainer = bench.trainer(1)
  const replica = trainer.initial()
  const report = trainer.train(replica, 3, 40)
  // The closed form: each step leaves 1 - rate of the distance to the centre.
  const kept = [40, 41, 42].reduce<number>(
    (share, step) => share * (1 - learningRateAt(recipeOf().training, step)),
    1
  )
  for (let k = 0; k < LENGTH; k++) {
    const expected = isSeen(1, k) ? goalOf(k) * (1 - kept) : 0
    t.true(Math.abs(replica[k]! - expected) < 1e-6)
  }
  t.is(report.samples, 3)
  t.deepEqual(trainer.trouble(), { skippedSteps: 0, divergedRounds: 0 })
  t.is(bench.evaluator().evaluate(replica).loss, replica[1]!)
})

test('a file: URL should do as well as a path', async (t) => {
  t.is((await open(pathToFileURL(MODULE).href)).layout.hash, layout.hash)
})

test('steps that lead to no finite replica should be left out and counted', async (t) => {
  const trainer = (await open(MODULE, { failing: true })).trainer(0)
  const replica = Float32Array.from({ length: LENGTH }, (_, k) => k)
  trainer.train(replica, 5, 0)
  t.deepEqual([...replica], [0, 1, 2, 3, 4, 5, 6, 7])
  t.is(trainer.trouble().skippedSteps, 5)
})

test('a module that measures nothing should say nothing', async (t) => {
  const evaluation = (await open(MODULE, { silent: true }))
    .evaluator()
    .evaluate(new Float32Array(LENGTH))
  t.is(evaluation.accuracy, null)
  t.true(Number.isNaN(evaluation.loss))
})

test('all trainers of a bench should begin alike, and each know its shard', async (t) => {
  const bench = await open(MODULE)
  t.deepEqual(bench.trainer(0).initial(), bench.trainer(1).initial())
  for (const shard of [0, 1]) {
    const trainer = bench.trainer(shard)
    const replica = trainer.initial()
    trainer.train(replica, 1, 0)
    for (let k = 0; k < LENGTH; k++) t.is(replica[k] !== 0, isSeen(shard, k))
  }
})

const refused = async (t: ExecutionContext, module: string | null, says: RegExp): Promise<void> => {
  const error = await t.throwsAsync(open(module), { instanceOf: InvalidInputError })
  t.regex(error?.message ?? '', says)
}

const moduleOf = async (t: ExecutionContext, text: string): Promise<string> => {
  const file = join(await temporaryFolder(t), 'trainer.js')
  await writeFile(file, text)
  return file
}

test('should say what is wrong with a module', async (t) => {
  await refused(t, null, /^trainer: missing: nobody but you has the code/)
  await refused(t, '/no/such/trainer.js', /^trainer: \/no\/such\/trainer\.js cannot be loaded/)
  await refused(t, await moduleOf(t, 'export const x = 1'), /must export a function, createTrainer/)
  await refused(t, await moduleOf(t, 'throw new Error("no GPU")'), /cannot be loaded: no GPU/)
  const promise = 'export default async () => ({})'
  await refused(t, await moduleOf(t, promise), /must return a trainer and no promise/)
  await refused(t, await moduleOf(t, 'export default () => ({})'), /lacks initial or train/)
  const layoutless =
    'export default () => ({ initial() {}, train() {}, layout: { tensors: [], hash: "" } })'
  await refused(t, await moduleOf(t, layoutless), /a layout as layoutOf makes it/)
})
