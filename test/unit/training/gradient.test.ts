import * as tf from '@tensorflow/tfjs-core'
import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { openBackend } from '../../../src/training/tensors/backend.ts'
import { createModel } from '../../../src/training/tensors/create-model.ts'
import { lossAndGradient } from '../../../src/training/tensors/gradient.ts'
import { zeros } from '../../../src/vector/vector.ts'
import { centralDifferences, difference, flatSides, uniform, withoutShortcut } from './helpers.ts'

/** Mean cross-entropy of an MLP in plain float64 loops: the oracle, sharing no code with src. */
const lossInFloat64 = (
  widths: readonly number[],
  p: Float64Array,
  x: Float32Array,
  labels: readonly number[]
): number => {
  let total = 0
  for (let row = 0; row < labels.length; row++) {
    let h = Array.from(x.subarray(row * widths[0]!, (row + 1) * widths[0]!))
    let offset = 0
    for (let l = 1; l < widths.length; l++) {
      const [n, m] = [widths[l - 1]!, widths[l]!]
      const z: number[] = []
      for (let j = 0; j < m; j++) {
        let sum = p[offset + n * m + j]!
        for (let i = 0; i < n; i++) sum += h[i]! * p[offset + i * m + j]!
        z.push(l < widths.length - 1 ? Math.max(0, sum) : sum)
      }
      h = z
      offset += n * m + m
    }
    total += Math.log(h.reduce((sum, z) => sum + Math.exp(z), 0)) - h[labels[row]!]!
  }
  return total / labels.length
}

const LABELS = [0, 2, 1, 2, 2]

const build = (hidden: number[]) => {
  const model = createModel({ name: 'mlp', hidden }, flatSides(6, 3))
  const replica = model.initial(seeded(1))
  const noise = uniform(seeded(2), replica.length)
  for (let i = 0; i < replica.length; i++) replica[i] = replica[i]! + 0.2 * noise[i]!
  const x = uniform(seeded(3), LABELS.length * 6)
  const widths = [6, ...hidden, 3]
  return { model, replica, x, oracle: (p: Float64Array) => lossInFloat64(widths, p, x, LABELS) }
}

for (const backend of ['wasm', 'cpu'] as const) {
  for (const hidden of [[], [8], [7, 5], [40, 3, 9]]) {
    for (const way of ['by hand', 'automatically'] as const) {
      const title = `${backend} with hidden layers [${hidden}], ${way}`
      test.serial(`should agree with finite differences on ${title}`, async (t) => {
        await openBackend(backend)
        const { model, replica, x, oracle } = build(hidden)
        const gradient = zeros(replica.length)
        const used = way === 'by hand' ? model : withoutShortcut(model)
        const loss = lossAndGradient(used, replica, x, LABELS, gradient)
        // float32 forward pass of a few dozen products: 1e-6; the differences are good to 1e-9
        t.true(Math.abs(loss - oracle(Float64Array.from(replica))) < 2e-6)
        const error = difference(gradient, centralDifferences(oracle, replica))
        t.true(error < 1e-5, `relative error ${error}`)
      })
    }
  }
}

test.serial('should agree between wasm and cpu for 784-128-10 and 32 rows', async (t) => {
  const model = createModel({ name: 'mlp', hidden: [128] }, flatSides(784, 10))
  const replica = model.initial(seeded(1))
  const x = uniform(seeded(2), 32 * 784)
  const labels = Array.from({ length: 32 }, (_, i) => i % 10)
  const gradients = []
  for (const backend of ['wasm', 'cpu'] as const) {
    await openBackend(backend)
    const gradient = zeros(replica.length)
    lossAndGradient(model, replica, x, labels, gradient)
    gradients.push(gradient)
  }
  t.true(difference(gradients[0]!, gradients[1]!) < 1e-5)
})

test.serial('should lose ln(classes) with zero parameters', async (t) => {
  await openBackend('wasm')
  const { model, replica, x } = build([8])
  const loss = lossAndGradient(model, zeros(replica.length), x, LABELS, zeros(replica.length))
  t.true(Math.abs(loss - Math.log(3)) < 1e-7)
})

test.serial('should survive logits far outside the range of exp', async (t) => {
  await openBackend('wasm')
  const { model, replica, x } = build([])
  const bias = replica.length - 3
  const far = zeros(replica.length)
  far[bias] = 5000
  const gradient = zeros(replica.length)
  const loss = lossAndGradient(model, far, x, LABELS, gradient)
  t.is(loss, 4000) // four of the five labels are not class 0
  t.true(Math.abs(gradient[bias]! - 0.8) < 1e-6)
})

test.serial('should not change the replica and leave no tensor behind', async (t) => {
  await openBackend('wasm')
  const { model, replica, x } = build([8])
  const before = replica.slice()
  const gradient = zeros(replica.length)
  lossAndGradient(model, replica, x, LABELS, gradient)
  const tensors = tf.memory().numTensors
  for (let i = 0; i < 50; i++) {
    lossAndGradient(i % 2 ? model : withoutShortcut(model), replica, x, LABELS, gradient)
  }
  t.is(tf.memory().numTensors, tensors)
  t.deepEqual(replica, before)
})
