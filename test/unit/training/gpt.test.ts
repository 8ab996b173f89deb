import test from 'ava'
import { seeded } from '../../../src/random.ts'
import type { Batch } from '../../../src/training/batch.ts'
import { createModel } from '../../../src/training/models/create-model.ts'
import type { GptConfig } from '../../../src/training/models/gpt-layout.ts'
import { type Model, textSides } from '../../../src/training/models/model.ts'
import { openWasmEngine } from '../../../src/training/wasm/wasm-engine.ts'
import { type Vector, zeros } from '../../../src/vector/vector.ts'
import { lossInFloat64 } from './gpt-oracle.ts'
import { centralDifferences, uniform } from './helpers.ts'

/** The model of the prototypes, and sides that fill no vector of four and no tile of eight. */
const OLD = { name: 'gpt', activation: 'relu', tied: false } as const
const USUAL: GptConfig = { ...OLD, layers: 4, heads: 4, width: 64, context: 64 }
const ODD: GptConfig = { ...OLD, layers: 2, heads: 3, width: 9, context: 7 }
const SMALLEST: GptConfig = { ...OLD, layers: 1, heads: 1, width: 2, context: 1 }
const NEW = { activation: 'gelu', tied: true } as const

const modelOf = (config: GptConfig, vocabulary: number): Model =>
  createModel(config, textSides(config.context, vocabulary))

const batchOf = ({ places, classes }: Model, windows: number, seed: number): Batch => {
  const random = seeded(seed)
  const draw = () => Uint8Array.from({ length: windows * places }, () => random.integer(classes))
  return { x: draw(), labels: draw() }
}

/** Away from the start, where gains are 1, biases 0 and the logits nearly even. */
const replicaOf = (model: Model, noise: number): Vector => {
  const replica = model.initial(seeded(1))
  const away = uniform(seeded(2), replica.length)
  return replica.map((value, i) => value + noise * away[i]!)
}

/** Of a batch, at parameters in float64. */
const oracleOf =
  ({ config, classes }: Model, { x, labels }: Batch) =>
  (p: Float64Array): number =>
    lossInFloat64(config as GptConfig, classes, p, x, labels)

/** Largest distance of a tensor's gradient from the oracle's, with the tensor's name. */
const compare = (model: Model, a: Vector, b: Float64Array): { name: string; error: number }[] =>
  model.layout.tensors.map(({ name, offset, size }) => {
    const [own, expected] = [a, b].map((all) => all.subarray(offset, offset + size))
    const distance = Math.hypot(...own!.map((value, i) => value - expected![i]!))
    // A key's bias-like directions have no slope, and in a context of one no query has any.
    return { name, error: distance < 1e-7 ? 0 : distance / Math.hypot(...expected!) }
  })

test('should have the layout of the prototype, 211,456 parameters', (t) => {
  const { layout } = modelOf(USUAL, 65)
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
  const { layout, initial } = modelOf(USUAL, 65)
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

test('should have no head where it is tied to the embedding', (t) => {
  const { layout } = modelOf({ ...USUAL, ...NEW }, 65)
  t.is(layout.length, 211_456 - 64 * 65)
})

const EVEN: GptConfig = { ...ODD, heads: 2, width: 8, context: 4 }

for (const [config, vocabulary, windows] of [
  [ODD, 11, 2],
  [{ ...ODD, ...NEW }, 11, 2],
  [SMALLEST, 3, 1],
  [{ ...SMALLEST, ...NEW }, 3, 1],
  [{ ...EVEN, tied: true }, 8, 2],
  [{ ...EVEN, activation: 'gelu' }, 8, 2]
] as const) {
  const { layers, heads, width, context, activation, tied } = config
  const sides = `${layers} layers, ${heads} heads, width ${width}, context ${context}`
  const title = `${sides}, ${activation}, ${tied ? 'tied' : 'with a head'}`
  test(`should agree with finite differences in every tensor: ${title}`, (t) => {
    const model = modelOf(config, vocabulary)
    const replica = replicaOf(model, 0.5)
    const batch = batchOf(model, windows, 5)
    const oracle = oracleOf(model, batch)
    const gradient = zeros(replica.length)
    const loss = openWasmEngine(model, windows).gradient(replica, batch, gradient)
    t.true(Math.abs(loss - oracle(Float64Array.from(replica))) < 1e-6)
    for (const { name, error } of compare(model, gradient, centralDifferences(oracle, replica))) {
      t.true(error < 1e-4, `${name}: ${error}`)
    }
  })
}

for (const kind of [OLD, NEW]) {
  test(`should agree with a finite difference in each tensor at full size: ${kind.activation}`, (t) => {
    const model = modelOf({ ...USUAL, ...kind, layers: 1 }, 65)
    const replica = replicaOf(model, 0.2)
    // No hidden unit is so near zero that float32 and float64 see it on different sides.
    const batch = batchOf(model, 2, 12)
    const oracle = oracleOf(model, batch)
    const gradient = zeros(replica.length)
    openWasmEngine(model, 2).gradient(replica, batch, gradient)
    const signs = seeded(4)
    const h = 1e-6
    for (const { name, offset, size } of model.layout.tensors) {
      const own = gradient.subarray(offset, offset + size)
      // A direction of random signs: an error e of the gradient shows as about |e|.
      const direction = own.map(() => (signs.integer(2) === 0 ? 1 : -1))
      const at = (step: number): number => {
        const p = Float64Array.from(replica)
        for (let i = 0; i < size; i++) p[offset + i] = p[offset + i]! + step * direction[i]!
        return oracle(p)
      }
      const slope = (at(h) - at(-h)) / (2 * h)
      const expected = own.reduce((sum, value, i) => sum + value * direction[i]!, 0)
      const error = Math.abs(slope - expected) / Math.hypot(...own)
      t.true(error < 1e-5, `${name}: ${error}`)
    }
  })
}

test('should lose ln(vocabulary) with zero parameters', (t) => {
  const model = modelOf(ODD, 11)
  const empty = zeros(model.layout.length)
  const loss = openWasmEngine(model, 2).gradient(empty, batchOf(model, 2, 7), empty.slice())
  t.true(Math.abs(loss - Math.log(11)) < 1e-7)
})

test('should not look ahead: the logits of a place depend on no later one and no other window', (t) => {
  const model = modelOf({ ...ODD, ...NEW }, 11)
  const engine = openWasmEngine(model, 2)
  const replica = replicaOf(model, 0.5)
  const batch = batchOf(model, 2, 8)
  const logitsOf = ({ x, labels }: Batch): Vector => {
    const seen: Vector[] = []
    engine.logits(replica, [{ x, labels }], (logits) => seen.push(logits.slice()))
    return seen[0]!
  }
  const before = logitsOf(batch)
  const others = batch.x.slice()
  const kept = 3
  others.fill(0, kept)
  const after = logitsOf({ ...batch, x: others })
  t.deepEqual(after.subarray(0, kept * 11), before.subarray(0, kept * 11))
  t.notDeepEqual(
    after.subarray(kept * 11, (kept + 1) * 11),
    before.subarray(kept * 11, (kept + 1) * 11)
  )
  t.is(after.length, 2 * ODD.context * 11)
})

test('should give the logits of fewer windows than it has room for', (t) => {
  const model = modelOf({ ...ODD, ...NEW }, 11)
  const replica = replicaOf(model, 0.5)
  const { x, labels } = batchOf(model, 1, 8)
  const logitsOf = (examples: number): Vector => {
    const seen: Vector[] = []
    const engine = openWasmEngine(model, examples)
    engine.logits(replica, [{ x, labels }], (logits) => seen.push(logits.slice()))
    return seen[0]!
  }
  t.deepEqual(logitsOf(3), logitsOf(1))
})

test('should give the same bits whatever it was asked before, not-a-numbers included', (t) => {
  for (const config of [ODD, { ...ODD, ...NEW }]) {
    const model = modelOf(config, 11)
    const engine = openWasmEngine(model, 2)
    const replica = replicaOf(model, 0.5)
    const before = replica.slice()
    const batch = batchOf(model, 2, 10)
    const gradients = [zeros(replica.length), zeros(replica.length), zeros(replica.length)]
    engine.gradient(replica, batch, gradients[0]!)
    engine.gradient(replica.slice().fill(Number.NaN), batchOf(model, 2, 11), gradients[1]!)
    t.true(gradients[1]!.every((value) => Number.isNaN(value) || value === 0))
    engine.gradient(replica.slice().fill(1e30), batchOf(model, 2, 11), gradients[1]!)
    engine.gradient(replica, batch, gradients[2]!)
    t.deepEqual(gradients[2], gradients[0])
    t.deepEqual(replica, before)
  }
})

test('should share the width between the heads', (t) => {
  t.throws(() => modelOf({ ...ODD, heads: 2 }, 11), {
    name: 'InvalidInputError',
    message:
      'model.width: must be a multiple of model.heads, 9 is none of 2 (give 10, or another number of heads)'
  })
})

test('should refuse a batch that no memory holds', (t) => {
  const model = modelOf({ ...USUAL, context: 2048 }, 65)
  t.throws(() => openWasmEngine(model, 65_536), {
    name: 'InvalidInputError',
    message: /^training\.batch: takes .* GiB with this model/
  })
})
