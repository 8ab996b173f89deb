import * as tf from '@tensorflow/tfjs-core'
import type { Table } from '../../../src/data/dataset.ts'
import type { Random } from '../../../src/random.ts'
import { modelSchema } from '../../../src/swarm/recipe.ts'
import type { BackendName } from '../../../src/training/backends/candidate.ts'
import {
  type BuiltInConfig,
  type ModelSides,
  rowSides
} from '../../../src/training/models/model.ts'
import { openBackend } from '../../../src/training/tensors/backend.ts'
import type { Vector } from '../../../src/vector/vector.ts'

export const uniform = (random: Random, length: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length }, () => random.next() - 0.5)

/** A model's settings with their defaults. */
export const builtIn = (config: object): BuiltInConfig => modelSchema.parse(config) as BuiltInConfig

/** Of rows that are no images. */
export const flatSides = (features: number, classes: number): ModelSides =>
  rowSides([1, 1, features], classes)

/** Runs the same computation on wasm and on cpu, the oracle; returns their values in that order. */
export const onBoth = async (
  compute: () => readonly tf.Tensor[]
): Promise<[Float32Array[], Float32Array[]]> => {
  const run = async (name: BackendName): Promise<Float32Array[]> => {
    await openBackend(name)
    const tensors = tf.tidy(() => [...compute()])
    const values = tensors.map((tensor) => tensor.dataSync() as Float32Array)
    tf.dispose(tensors)
    return values
  }
  return [await run('wasm'), await run('cpu')]
}

/** Largest difference, relative to the largest element of `b`. */
export const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let most = 0
  let scale = 0
  for (let i = 0; i < b.length; i++) {
    most = Math.max(most, Math.abs((a[i] ?? Number.NaN) - (b[i] as number)))
    scale = Math.max(scale, Math.abs(b[i] as number))
  }
  return a.length === b.length ? most / (scale || 1) : Number.NaN
}

/** Rows around one random centre per class: linearly separable for small `spread`. */
export const clusters = (
  random: Random,
  { rows, width, classes, spread }: { rows: number; width: number; classes: number; spread: number }
): Table => {
  const centres = Array.from({ length: classes }, () =>
    Array.from({ length: width }, () => random.normal())
  )
  const labels = Uint8Array.from({ length: rows }, (_, row) => row % classes)
  const features = Float32Array.from(
    { length: rows * width },
    (_, i) => centres[Math.floor(i / width) % classes]![i % width]! + spread * random.normal()
  )
  const read: Table['read'] = (row, into, offset) =>
    into.set(features.subarray(row * width, (row + 1) * width), offset)
  return { labels, rows, width, shape: [1, 1, width], classes, read }
}

/** Gradient of f by central differences in float64, of all elements or of those asked for. */
export const centralDifferences = (
  f: (p: Float64Array) => number,
  at: Vector,
  elements: ArrayLike<number> = at.map((_, i) => i)
): Float64Array => {
  const p = Float64Array.from(at)
  const h = 1e-5
  return Float64Array.from(elements, (i) => {
    const value = p[i]!
    p[i] = value + h
    const above = f(p)
    p[i] = value - h
    const below = f(p)
    p[i] = value
    return (above - below) / (2 * h)
  })
}
