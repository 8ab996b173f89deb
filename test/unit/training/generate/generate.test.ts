import test from 'ava'
import { RunFailedError } from '../../../../src/errors.ts'
import { seeded } from '../../../../src/random.ts'
import { generate } from '../../../../src/training/generate/generate.ts'
import type { Sampling } from '../../../../src/training/generate/sample.ts'
import { createModel } from '../../../../src/training/models/create-model.ts'
import { textSides } from '../../../../src/training/models/model.ts'
import { openWasmEngine } from '../../../../src/training/wasm/wasm-engine.ts'
import type { Vector } from '../../../../src/vector/vector.ts'
import { lossInFloat64, type Shape } from '../gpt-oracle.ts'
import { builtIn } from '../helpers.ts'

const KINDS = 7
const SHAPE: Shape = {
  layers: 2,
  heads: 2,
  width: 8,
  context: 5,
  activation: 'gelu',
  tied: true
}
const MODEL = createModel(builtIn({ name: 'gpt', ...SHAPE }), textSides(SHAPE.context, KINDS))
const REPLICA: Vector = MODEL.initial(seeded(2)).map((value) => 12 * value)

const take = (
  count: number,
  prompt: readonly number[],
  sampling: Sampling,
  seed: number,
  replica = REPLICA
): number[] => {
  const engine = openWasmEngine(MODEL, 1)
  const random = seeded(seed)
  const { context } = SHAPE
  const text = generate({ engine, replica, context, kinds: KINDS, prompt, sampling, random })
  return Array.from({ length: count }, () => text.next().value)
}

/** -log p of every symbol at one place, up to a constant: what the loss changes by with its label. */
const surprises = (seen: readonly number[]): number[] => {
  const { context } = SHAPE
  // What stands behind the last symbol must not matter.
  const x = Array.from({ length: context }, (_, i) => seen[i] ?? 3)
  return Array.from({ length: KINDS }, (_, symbol) => {
    const labels = new Array<number>(context).fill(0)
    labels[seen.length - 1] = symbol
    return context * lossInFloat64(SHAPE, KINDS, Float64Array.from(REPLICA), x, labels)
  })
}

/** The same draws in float64, with nothing of src but the random stream. */
const expected = (
  count: number,
  prompt: readonly number[],
  { temperature, topK }: Sampling,
  seed: number
): number[] => {
  const text = [...prompt]
  const random = seeded(seed)
  for (let i = 0; i < count; i++) {
    const costs = surprises(text.slice(-SHAPE.context))
    const ranked = [...costs.keys()].sort((a, b) => costs[a]! - costs[b]!)
    const kept = ranked.slice(0, topK ?? KINDS)
    const powers = kept.map((symbol) =>
      Math.exp((costs[ranked[0]!]! - costs[symbol]!) / temperature)
    )
    const aim = random.next() * powers.reduce((a, b) => a + b, 0)
    const reaches = (_: number, i: number): boolean =>
      powers.slice(0, i + 1).reduce((a, b) => a + b, 0) > aim
    text.push(kept[powers.findIndex(reaches)]!)
  }
  return text.slice(prompt.length)
}

const GOLDEN: ReadonlyArray<readonly [title: string, prompt: number[], Sampling]> = [
  ['a short prompt', [4], { temperature: 1, topK: null }],
  ['a prompt longer than the context', [1, 2, 3, 4, 5, 6, 0, 1], { temperature: 0.8, topK: null }],
  ['few to draw from', [2, 5], { temperature: 1.5, topK: 3 }]
]

for (const [title, prompt, sampling] of GOLDEN) {
  test(`should draw what float64 draws: ${title}`, (t) => {
    const text = take(60, prompt, sampling, 9)
    t.deepEqual(text, expected(60, prompt, sampling, 9))
    t.true(new Set(text).size > 2, text.join())
  })
}

test('should draw the same again, and with another seed others', (t) => {
  const sampling = { temperature: 1, topK: null }
  t.deepEqual(take(40, [0], sampling, 4), take(40, [0], sampling, 4))
  t.notDeepEqual(take(40, [0], sampling, 4), take(40, [0], sampling, 5))
})

test('should end with a sentence where the parameters are no numbers', (t) => {
  const broken = REPLICA.map(() => Number.NaN)
  t.throws(() => take(1, [0], { temperature: 1, topK: null }, 1, broken), {
    instanceOf: RunFailedError,
    message: /gives no numbers/
  })
})
