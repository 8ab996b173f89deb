/** Training on parts that change, against trainers of fixed parts. */
import test, { type ExecutionContext } from 'ava'
import { dataSchema, recipeSchema } from '../../../src/swarm/recipe.ts'
import { type Bench, type BenchOptions, openBench } from '../../../src/training/bench.ts'
import { DealtExamples, fitting } from '../../../src/training/dealt.ts'
import type { ShardExamples } from '../../../src/training/swarm-examples.ts'
import { folderOf } from '../data/text-files.ts'
import { bits, kept } from './resume-cases.ts'

const PARTS = 6
const ALL = [0, 1, 2, 3, 4, 5]

const recipeOf = (model: object, data: object) =>
  recipeSchema.parse({
    seed: 5,
    model,
    data: dataSchema.parse(data),
    training: {
      learningRate: 0.05,
      steps: 120,
      batch: 8,
      optimizer: { name: 'sgd', momentum: 0.9 }
    },
    strategy: { name: 'gossip-averaging' },
    topology: { name: 'ring' }
  })

const LETTERS = 'abcdefghijklmnopqrstuvwxyz \n'
const TEXT = Array.from({ length: 40_000 }, (_, i) => LETTERS[(i * i + 7 * i) % 28]).join('')
/** Two numbers and their sum's sign; 600 rows. */
const TABLE = `a,b,sign\n${Array.from({ length: 600 }, (_, i) => {
  const [a, b] = [Math.sin(i), Math.cos(3 * i)]
  return `${a},${b},${a + b > 0 ? 'plus' : 'minus'}`
}).join('\n')}\n`

type Open = (options?: Partial<BenchOptions>) => Promise<Bench>

const opened = async (t: ExecutionContext): Promise<Record<string, Open>> => {
  const folder = await folderOf(t, { 'a.txt': TEXT, 'a.csv': TABLE })
  const open =
    (model: object, data: object, dataPath: string | null): Open =>
    (options = {}) =>
      openBench({
        recipe: recipeOf(model, data),
        dataPath,
        shards: PARTS,
        backend: 'wasm',
        ...options
      })
  const gpt = { name: 'gpt', layers: 1, heads: 2, width: 8, context: 6 }
  const linear = { name: 'mlp', hidden: [] }
  return {
    made: open(linear, { name: 'glyphs', partition: { kind: 'stratified' } }, null),
    table: open(linear, { name: 'csv', label: 'sign' }, folder),
    text: open(gpt, { name: 'text' }, folder)
  }
}

const dealing: Partial<BenchOptions> = { wanted: { shards: [], validation: false } }

test.serial(
  'should train on the parts that it has been dealt, as a trainer of these does',
  async (t) => {
    for (const [name, open] of Object.entries(await opened(t))) {
      const whole = await open()
      const bench = await open(dealing)
      // Both draw from the stream of shard 0.
      for (const [parts, trainer] of [
        [ALL, whole.centralised()],
        [[0], whole.trainer(0)]
      ] as const) {
        const dealt = bench.dealt!()
        t.deepEqual(await dealt.deal(parts, 0), { parts: parts.length })
        t.is(dealt.rows, trainer.rows, name)
        t.deepEqual(dealt.classes, trainer.classes, name)
        const [a, b] = [dealt.initial(), trainer.initial()]
        t.is(dealt.train(a, 5, 0).loss, trainer.train(b, 5, 0).loss, name)
        t.deepEqual(bits(a), bits(b), name)
      }
      whole.dispose()
      bench.dispose()
    }
  }
)

test.serial('should learn nothing before, and from no parts', async (t) => {
  const open = (await opened(t))['made']!
  const bench = await open(dealing)
  const dealt = bench.dealt!()
  const replica = dealt.initial()
  t.is(dealt.rows, 0)
  t.deepEqual(dealt.train(replica, 5, 0).loss, null)
  await dealt.deal([1, 2], 0)
  t.not(dealt.train(replica, 1, 0).loss, null)
  await dealt.deal([], 1)
  t.is(dealt.rows, 0)
  t.deepEqual(dealt.train(replica, 5, 1).loss, null)
})

test.serial(
  'should go on bit for bit from what was saved, whatever the parts were then',
  async (t) => {
    for (const [name, open] of Object.entries(await opened(t))) {
      const label = '12D3KooWsomebody'
      const one = (await open({ ...dealing, label })).dealt!()
      const other = (await open({ ...dealing, label })).dealt!()
      const a = one.initial()
      await one.deal([0, 3], 0)
      one.train(a, 4, 0)
      await one.deal([1, 2, 5], 1)
      one.train(a, 3, 4)
      const b = a.slice()
      other.restore(kept(one.save()))
      await one.deal([4], 2)
      await other.deal([4], 2)
      one.train(a, 4, 7)
      other.train(b, 4, 7)
      t.deepEqual(bits(a), bits(b), name)
    }
  }
)

test.serial('members should draw differently from the same parts', async (t) => {
  const open = (await opened(t))['made']!
  const losses = []
  for (const label of ['one', 'two']) {
    const dealt = (await open({ ...dealing, label })).dealt!()
    await dealt.deal(ALL, 0)
    losses.push(dealt.train(dealt.initial(), 1, 0).loss)
  }
  t.not(losses[0], losses[1])
})

test('parts that do not fit together should take turns', (t) => {
  const bytes = [5, 5, 5, 5, 5, 5, 5]
  const bytesOf = (part: number): number => bytes[part]!
  const parts = [0, 1, 2, 3, 4, 5, 6]
  t.deepEqual(fitting(parts, bytesOf, 35, 9), parts)
  t.deepEqual(fitting(parts, bytesOf, 15, 0), [0, 1, 2])
  t.deepEqual(fitting(parts, bytesOf, 15, 1), [3, 4, 5])
  t.deepEqual(fitting(parts, bytesOf, 15, 2), [6, 0, 1])
  t.deepEqual(fitting([], bytesOf, 15, 2), [])
  // One alone is never too much here: that is refused when the data is opened.
  t.deepEqual(fitting([3], bytesOf, 4, 7), [3])
})

const examplesOf = (parts: readonly number[]): ShardExamples => ({
  count: parts.length,
  classes: null,
  draws: () => () => ({ x: Float32Array.from(parts), labels: new Uint8Array(0) }),
  batches: () => []
})

test('should keep what it has when other parts cannot be read, if both fit', async (t) => {
  let fails = false
  const read = async (parts: readonly number[]): Promise<ShardExamples> => {
    if (fails) throw new RangeError('gone')
    return examplesOf(parts)
  }
  for (const [maxBytes, left] of [
    [40, 2],
    [39, 0]
  ] as const) {
    fails = false
    const examples = new DealtExamples({ read, bytesOf: () => 10 }, 9, { maxBytes })
    t.is(examples.mostBytes, maxBytes)
    await examples.deal([1, 2], 0)
    fails = true
    await t.throwsAsync(examples.deal([3, 4], 1), { message: 'gone' })
    t.is(examples.count, left)
  }
})

test.serial('should refuse parts of which one alone is too much', async (t) => {
  const open = (await opened(t))['made']!
  const wanted = { shards: [], validation: false, maxBytes: 2000 * 784 }
  const bench = await open({ wanted })
  // 12,000 rows of 784 bytes in 6 parts: one is as large as the test.
  t.notThrows(() => bench.dealt!())
  const fewer = await open({ wanted, shards: 5 })
  t.throws(() => fewer.dealt!(), {
    name: 'InvalidInputError',
    message: /its largest part alone take 1881600/
  })
})
