import test, { type ExecutionContext } from 'ava'
import {
  createDeltaDecoder,
  createDeltaEncoder,
  type DeltaCodeOptions
} from '../../../../src/compression/delta/index.ts'
import { seeded } from '../../../../src/random.ts'
import {
  fewestGapBits,
  integersOf,
  keptBySorting,
  leastSquares,
  readSlowly,
  type TensorDelta
} from './oracle.ts'
import { DRAWS, layout, optionsOf, SELECTIONS } from './vectors.ts'

const UNIT = 2 ** -24

/** An encoder and what is known of its residual before it has coded. */
interface Scene {
  readonly options: DeltaCodeOptions
  readonly before: Float32Array
  readonly weight: number
}

const toUnits = (scene: Scene, magnitude: number): number =>
  Math.min(scene.options.maxScale, Math.round((scene.weight * magnitude) / UNIT))

const mean = (values: readonly number[]): number =>
  values.reduce((sum, x) => sum + x, 0) / values.length

/** One scale must be the rounded mean; two must be fitted about as well as two can be. */
const assertLevels = (
  t: ExecutionContext,
  scene: Scene,
  tensor: TensorDelta,
  magnitudes: readonly number[]
): void => {
  if (scene.options.values === 'one-bit') {
    t.is(tensor.low, toUnits(scene, mean(magnitudes)))
    return
  }
  if (tensor.high === scene.options.maxScale) return
  const step = UNIT / scene.weight
  const squares = magnitudes.reduce(
    (sum, x, i) => sum + (x - step * (tensor.upper[i] ? tensor.high : tensor.low)) ** 2,
    0
  )
  const energy = magnitudes.reduce((sum, x) => sum + x * x, 0)
  // Cuts lie between bins of magnitudes, at most 6 % wide here; levels are whole units.
  const slack = 1e-3 * energy + magnitudes.length * step ** 2
  t.true(squares <= leastSquares(magnitudes) + slack)
}

/** Bits of a varint, a multiple of 8. */
const varintBits = (value: number): number => 8 * Math.max(1, Math.ceil(Math.log2(value + 1) / 7))

const expectedBits = ({ options }: Scene, tensor: TensorDelta, offset: number): number => {
  const { low, high, indices } = tensor
  const scales = varintBits(low) + (options.values === 'one-bit' ? 0 : varintBits(high - low))
  const flags = indices.length * (high > low ? 2 : 1)
  const values = fewestGapBits(indices.map((i) => i - offset)) + flags
  return varintBits(indices.length) + scales + 8 + 8 * Math.ceil(values / 8)
}

/** The residual that must be left, given that the tensors hold what sorting keeps. */
const assertTensors = (
  t: ExecutionContext,
  scene: Scene,
  tensors: readonly (TensorDelta | null)[],
  kept: readonly number[]
): Float32Array => {
  const after = scene.before.slice()
  for (const [which, tensor] of tensors.entries()) {
    const { offset, size } = layout.tensors[which]!
    const indices = kept.filter((i) => i >= offset && i < offset + size)
    const magnitudes = indices.map((i) => Math.abs(scene.before[i]!))
    if (tensor === null) {
      t.true(indices.length === 0 || toUnits(scene, mean(magnitudes)) === 0)
      continue
    }
    t.deepEqual(tensor.indices, indices)
    assertLevels(t, scene, tensor, magnitudes)
    for (const [i, integer] of integersOf(tensor).entries()) {
      const index = indices[i]!
      t.is(integer < 0, scene.before[index]! < 0)
      after[index] = scene.before[index]! - (integer * UNIT) / scene.weight
    }
  }
  return after
}

for (const [name, draw] of Object.entries(DRAWS)) {
  for (const values of ['one-bit', 'two-level'] as const) {
    test(`a delta of ${values} should hold what sorting keeps, and leave the rest: ${name}`, (t) => {
      const random = seeded(3).fork(name)
      for (const selection of SELECTIONS) {
        const options = optionsOf(values, selection)
        const encoder = createDeltaEncoder(options)
        const decoder = createDeltaDecoder(options)
        for (let i = 0; i < layout.length; i++) encoder.residual[i] = draw(random, i)
        for (const density of [0.01, 1e-9, 0.2]) {
          const scene = {
            options,
            before: encoder.residual.slice(),
            weight: 1 / (1 + random.integer(8))
          }
          const kept = keptBySorting(scene.before, options, density)
          const bytes = encoder.encode(density, scene.weight)
          if (bytes === null) {
            t.deepEqual(encoder.residual, scene.before)
            t.true(kept.every((i) => toUnits(scene, scene.before[i]!) === 0))
            continue
          }
          t.is(decoder.check(bytes), null)
          const read = readSlowly(bytes, options)
          if (typeof read === 'string') return t.fail(read)
          t.deepEqual(encoder.residual, assertTensors(t, scene, read, kept))

          const tensors = read.filter((tensor) => tensor !== null)
          const { count, indices, values: integers } = decoder.decode(bytes)
          t.deepEqual(
            [...indices.subarray(0, count)],
            tensors.flatMap(({ indices }) => indices)
          )
          t.deepEqual([...integers.subarray(0, count)], tensors.flatMap(integersOf))

          const bits = read.map((tensor, i) =>
            tensor === null ? 8 : expectedBits(scene, tensor, layout.tensors[i]!.offset)
          )
          t.is(bytes.length, 1 + bits.reduce((sum, x) => sum + x, 0) / 8)
          t.true(bytes.length <= decoder.maxBytes)
        }
      }
    })
  }
}
