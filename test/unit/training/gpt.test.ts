import test from 'ava'
import { seeded } from '../../../src/random.ts'
import type { GptConfig } from '../../../src/training/models/gpt-layout.ts'
import { createGpt, type Gpt } from '../../../src/training/wasm/gpt/gpt.ts'
import { type Vector, zeros } from '../../../src/vector/vector.ts'
import { lossInFloat64 } from './gpt-oracle.ts'
import { centralDifferences, uniform } from './helpers.ts'

/** The model of the prototypes, and sides that fill no vector of four and no tile of eight. */
const USUAL: GptConfig = { name: 'gpt', layers: 4, heads: 4, width: 64, context: 64 }
const ODD: GptConfig = { name: 'gpt', layers: 2, heads: 3, width: 9, context: 7 }
const SMALLEST: GptConfig = { name: 'gpt', layers: 1, heads: 1, width: 2, context: 1 }

const charactersOf = ({ batch, context, vocabulary }: Gpt, seed: number): Uint8Array => {
  const random = seeded(seed)
  return Uint8Array.from({ length: batch * (context + 1) }, () => random.integer(vocabulary))
}

/** Away from the start, where gains are 1, biases 0 and the logits nearly even. */
const replicaOf = (gpt: Gpt, noise: number): Vector => {
  const replica = gpt.initial(seeded(1))
  const away = uniform(seeded(2), replica.length)
  return replica.map((value, i) => value + noise * away[i]!)
}

test('should have the layout of the prototype, 211,456 parameters', (t) => {
  const { layout } = createGpt(USUAL, 65, 1)
  t.is(layout.length, 211_456)
  const names = layout.tensors.map(({ name, shape }) => `${name} ${shape.join('x')}`)
  t.deepEqual(names.slice(0, 12), [
    'embedding/characters 65x64',
    'embedding/places 64x64',
    'block0/norm0/gain 64',
    'block0/norm0/bias 64',
    'block0/attention/kernel 64x192',
    'block0/projection/kernel 64x64',
    'block0/norm1/gain 64',
    'block0/norm1/bias 64',
    'block0/dense0/kernel 64x256',
    'block0/dense0/bias 256',
    'block0/dense1/kernel 256x64',
    'block0/dense1/bias 64'
  ])
  t.deepEqual(names.slice(-3), ['norm/gain 64', 'norm/bias 64', 'head/kernel 64x65'])
})

test('should begin with the deviations of the prototype, gains of one and biases of zero', (t) => {
  const { layout, initial } = createGpt(USUAL, 65, 1)
  const replica = initial(seeded(3))
  const EXPECTED: Readonly<Record<string, number>> = {
    'embedding/characters': 0.02,
    'embedding/places': 0.02,
    'block1/attention/kernel': 0.06,
    'block1/projection/kernel': 0.02 / Math.sqrt(8),
    'block1/dense0/kernel': 0.06,
    'block1/dense1/kernel': 0.02 / Math.sqrt(8),
    'head/kernel': 0.02
  }
  for (const { name, offset, size } of layout.tensors) {
    const part = replica.subarray(offset, offset + size)
    const deviation = EXPECTED[name]
    if (deviation !== undefined) {
      const measured = Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / size)
      // four standard errors of a sample deviation: 4 / sqrt(2 size)
      t.true(Math.abs(measured / deviation - 1) < 4 / Math.sqrt(2 * size), `${name} ${measured}`)
    }
    if (name.endsWith('/gain'))
      t.true(
        part.every((value) => value === 1),
        name
      )
    if (name.endsWith('/bias'))
      t.true(
        part.every((value) => value === 0),
        name
      )
  }
  t.deepEqual(initial(seeded(3)), replica)
  t.notDeepEqual(initial(seeded(4)), replica)
})

for (const [config, vocabulary, batch] of [
  [ODD, 11, 2],
  [SMALLEST, 3, 1],
  [{ ...ODD, heads: 2, width: 8, context: 4 }, 8, 2]
] as const) {
  const { layers, heads, width, context } = config
  const title = `${layers} layers, ${heads} heads, width ${width}, context ${context}`
  test(`should agree with finite differences in every tensor: ${title}`, (t) => {
    const gpt = createGpt(config, vocabulary, batch)
    const replica = replicaOf(gpt, 0.5)
    const windows = charactersOf(gpt, 5)
    const oracle = (p: Float64Array) => lossInFloat64(config, vocabulary, p, windows)
    const gradient = zeros(replica.length)
    const loss = gpt.gradient(replica, windows, gradient)
    t.true(Math.abs(loss - oracle(Float64Array.from(replica))) < 1e-6)
    const expected = centralDifferences(oracle, replica)
    for (const { name, offset, size } of gpt.layout.tensors) {
      const [a, b] = [gradient, expected].map((all) => all.subarray(offset, offset + size))
      const distance = Math.hypot(...a!.map((value, i) => value - b![i]!))
      const error = distance / Math.hypot(...b!)
      // A key's bias-like directions have no slope, and in a context of one no query has any.
      t.true(error < 1e-4 || distance < 1e-7, `${name}: ${error}`)
    }
  })
}

test('should agree with a finite difference in each tensor at full size', (t) => {
  const config = { ...USUAL, layers: 1 }
  const gpt = createGpt(config, 65, 2)
  const replica = replicaOf(gpt, 0.2)
  // No hidden unit is so near zero that float32 and float64 see it on different sides.
  const windows = charactersOf(gpt, 7)
  const gradient = zeros(replica.length)
  gpt.gradient(replica, windows, gradient)
  const signs = seeded(4)
  const h = 1e-6
  for (const { name, offset, size } of gpt.layout.tensors) {
    const own = gradient.subarray(offset, offset + size)
    // A direction of random signs: an error e of the gradient shows as about |e|.
    const direction = own.map(() => (signs.integer(2) === 0 ? 1 : -1))
    const at = (step: number): number => {
      const p = Float64Array.from(replica)
      for (let i = 0; i < size; i++) p[offset + i] = p[offset + i]! + step * direction[i]!
      return lossInFloat64(config, 65, p, windows)
    }
    const slope = (at(h) - at(-h)) / (2 * h)
    const expected = own.reduce((sum, value, i) => sum + value * direction[i]!, 0)
    const error = Math.abs(slope - expected) / Math.hypot(...own)
    t.true(error < 1e-5, `${name}: ${error}`)
  }
})

test('should lose ln(vocabulary) with zero parameters', (t) => {
  const gpt = createGpt(ODD, 11, 2)
  const gradient = zeros(gpt.layout.length)
  const loss = gpt.gradient(zeros(gpt.layout.length), charactersOf(gpt, 7), gradient)
  t.true(Math.abs(loss - Math.log(11)) < 1e-7)
})

test('should not look ahead: the loss of a window depends on its own first places only', (t) => {
  const gpt = createGpt(ODD, 11, 2)
  const replica = replicaOf(gpt, 0.5)
  const windows = charactersOf(gpt, 8)
  const first = gpt.loss(replica, windows, 1)
  const others = windows.slice()
  others.fill(3, ODD.context + 1)
  t.is(gpt.loss(replica, others, 1), first)
  t.not(gpt.loss(replica, others, 2), gpt.loss(replica, windows, 2))
})

test('should give as the loss of all windows what comes with their gradient', (t) => {
  const gpt = createGpt(ODD, 11, 3)
  const replica = replicaOf(gpt, 0.5)
  const windows = charactersOf(gpt, 9)
  const mean = gpt.gradient(replica, windows, zeros(replica.length))
  t.true(Math.abs(gpt.loss(replica, windows, 3) / (3 * ODD.context) - mean) < 1e-14)
})

test('should give the same bits whatever it was asked before, not-a-numbers included', (t) => {
  const gpt = createGpt(ODD, 11, 2)
  const replica = replicaOf(gpt, 0.5)
  const before = replica.slice()
  const windows = charactersOf(gpt, 10)
  const gradients = [zeros(replica.length), zeros(replica.length), zeros(replica.length)]
  gpt.gradient(replica, windows, gradients[0]!)
  gpt.gradient(replica.slice().fill(Number.NaN), charactersOf(gpt, 11), gradients[1]!)
  t.true(gradients[1]!.every((value) => Number.isNaN(value) || value === 0))
  gpt.gradient(replica.slice().fill(1e30), charactersOf(gpt, 11), gradients[1]!)
  gpt.gradient(replica, windows, gradients[2]!)
  t.deepEqual(gradients[2], gradients[0])
  t.deepEqual(replica, before)
})

test('should share the width between the heads', (t) => {
  t.throws(() => createGpt({ ...ODD, heads: 2 }, 11, 1), {
    name: 'InvalidInputError',
    message:
      'model.width: must be a multiple of model.heads, 9 is none of 2 (give 10, or another number of heads)'
  })
})

test('should refuse a batch that no memory holds', (t) => {
  t.throws(() => createGpt({ ...USUAL, context: 2048 }, 65, 65_536), {
    name: 'InvalidInputError',
    message: /^training\.batch: takes .* GiB with this model/
  })
})
