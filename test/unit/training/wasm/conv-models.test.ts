import test from 'ava'
import { type Random, seeded } from '../../../../src/random.ts'
import { modelSchema } from '../../../../src/swarm/recipe.ts'
import { createModel } from '../../../../src/training/models/create-model.ts'
import { rowSides } from '../../../../src/training/models/model.ts'
import { openWasmEngine } from '../../../../src/training/wasm/wasm-engine.ts'
import { zeros } from '../../../../src/vector/vector.ts'
import { uniform } from '../helpers.ts'
import { lossOf } from './image-models-oracle.ts'

const CLASSES = 3
const convolution = (channels: number, kernel: number, padding: 'same' | 'valid') => ({
  channels,
  kernel,
  padding
})

const CASES = [
  { config: { name: 'cnn' }, shape: [15, 12, 2], examples: 3 },
  {
    config: {
      name: 'cnn',
      convolutions: [convolution(16, 3, 'same'), convolution(32, 3, 'same')],
      hidden: []
    },
    shape: [9, 8, 1],
    examples: 1
  },
  {
    config: {
      name: 'cnn',
      convolutions: [
        convolution(5, 4, 'same'),
        convolution(3, 1, 'valid'),
        convolution(9, 2, 'same')
      ],
      hidden: [7]
    },
    shape: [11, 14, 3],
    examples: 2
  },
  { config: { name: 'resnet20', groups: 8 }, shape: [5, 6, 3], examples: 2 },
  { config: { name: 'resnet20', groups: 1 }, shape: [8, 4, 1], examples: 1 }
] as const

/** Slope of f along a direction of length 1, by central differences in float64. */
const slopeAlong = (
  f: (p: Float64Array) => number,
  at: ArrayLike<number>,
  direction: Float64Array
): number => {
  const h = 1e-6
  const moved = (step: number) => f(Float64Array.from(direction, (d, i) => at[i]! + step * d))
  return (moved(h) - moved(-h)) / (2 * h)
}

const directionIn = (
  random: Random,
  length: number,
  offset: number,
  size: number
): Float64Array => {
  const direction = new Float64Array(length)
  for (let i = offset; i < offset + size; i++) direction[i] = random.normal()
  const norm = Math.hypot(...direction.subarray(offset, offset + size))
  return direction.map((value) => value / norm)
}

for (const { config, shape, examples } of CASES) {
  const name = JSON.stringify([config, shape, examples])
  test(`should have the loss of the definition, and its slope along each tensor: ${name}`, (t) => {
    const parsed = modelSchema.parse(config)
    if (parsed.name !== 'cnn' && parsed.name !== 'resnet20') return t.fail()
    const model = createModel(parsed, rowSides(shape, CLASSES))
    const random = seeded(3)
    const replica = model.initial(seeded(1))
    const noise = uniform(random, replica.length)
    for (let i = 0; i < replica.length; i++) replica[i] = replica[i]! + 0.2 * noise[i]!
    const x = uniform(random, examples * model.features)
    const labels = Uint8Array.from({ length: examples }, () => random.integer(CLASSES))
    const gradient = zeros(replica.length)
    const engine = openWasmEngine(model, examples)
    engine.gradient(replica, { x: uniform(random, x.length), labels }, gradient)
    const loss = engine.gradient(replica, { x, labels }, gradient)

    const [height, width, channels] = shape
    const oracle = lossOf(parsed, model.layout, { height, width, channels }, x, labels)
    t.true(Math.abs(loss - oracle(Float64Array.from(replica))) < 5e-6 * Math.max(1, loss))
    for (const { name, offset, size } of model.layout.tensors) {
      const direction = directionIn(random, replica.length, offset, size)
      const slope = slopeAlong(oracle, replica, direction)
      let found = 0
      for (let i = offset; i < offset + size; i++) found += gradient[i]! * direction[i]!
      const scale = Math.hypot(...gradient.subarray(offset, offset + size))
      t.true(scale > 0, name)
      t.true(Math.abs(found - slope) < 1e-5 * scale, `${name}: ${found}, not ${slope} of ${scale}`)
    }
  })
}
