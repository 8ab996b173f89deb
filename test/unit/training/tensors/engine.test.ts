import * as tf from '@tensorflow/tfjs-core'
import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import { createModel } from '../../../../src/training/models/create-model.ts'
import { rowSides } from '../../../../src/training/models/model.ts'
import { openBackend } from '../../../../src/training/tensors/backend.ts'
import { createForm } from '../../../../src/training/tensors/create-form.ts'
import { reportFault } from '../../../../src/training/tensors/faults.ts'
import { createTensorEngine } from '../../../../src/training/tensors/tensor-engine.ts'
import { zeros } from '../../../../src/vector/vector.ts'
import { difference, uniform } from '../helpers.ts'
import { gptCase, mlpCase, replicaOf } from './cases.ts'

const engineOf = (model: Parameters<typeof createForm>[0]) =>
  createTensorEngine({ layout: model.layout, places: model.places, form: createForm(model) })

const LABELS = Uint8Array.from([0, 2, 1, 2, 2])

/** Three classes of six columns. */
const linear = () => createModel({ name: 'mlp', hidden: [] }, rowSides([1, 1, 6], 3))

test.serial('should agree between wasm and cpu for 784-128-10 and 32 rows', async (t) => {
  const model = createModel({ name: 'mlp', hidden: [128] }, rowSides([28, 28, 1], 10))
  const replica = model.initial(seeded(1))
  const x = uniform(seeded(2), 32 * 784)
  const labels = Uint8Array.from({ length: 32 }, (_, i) => i % 10)
  const gradients = []
  for (const backend of ['wasm', 'cpu'] as const) {
    await openBackend(backend)
    const gradient = zeros(replica.length)
    await engineOf(model).gradient(replica, { x, labels }, gradient)
    gradients.push(gradient)
  }
  t.true(difference(gradients[0]!, gradients[1]!) < 1e-5)
})

for (const backend of ['wasm', 'cpu'] as const) {
  test.serial(`should lose ln(classes) with zero parameters on ${backend}`, async (t) => {
    await openBackend(backend)
    const model = linear()
    const batch = { x: uniform(seeded(3), 30), labels: LABELS }
    const nothing = zeros(model.layout.length)
    const loss = await engineOf(model).gradient(nothing, batch, zeros(model.layout.length))
    t.true(Math.abs(loss - Math.log(3)) < 1e-7)
  })

  test.serial(`should survive logits far outside the range of exp on ${backend}`, async (t) => {
    await openBackend(backend)
    const { layout } = linear()
    const bias = layout.length - 3
    const far = zeros(layout.length)
    far[bias] = 5000
    const gradient = zeros(layout.length)
    const batch = { x: uniform(seeded(3), 30), labels: LABELS }
    const loss = await engineOf(linear()).gradient(far, batch, gradient)
    t.is(loss, 4000) // four of the five labels are not class 0
    t.true(Math.abs(gradient[bias]! - 0.8) < 1e-6)
  })

  test.serial(`should keep no view of what it is given or gives back on ${backend}`, async (t) => {
    await openBackend(backend)
    const { model, batch } = mlpCase([8])
    const engine = engineOf(model)
    const replica = replicaOf(model, seeded(1))
    const given = {
      replica: replica.slice(),
      batch: { x: batch.x.slice(), labels: batch.labels.slice() },
      correction: uniform(seeded(5), replica.length)
    }
    const adam = {
      name: 'adam',
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0.1
    } as const
    /** The same three calls; `spoil` writes over everything between them. */
    const run = async (spoil: boolean) => {
      const x = given.replica.slice()
      const own = { x: batch.x.slice(), labels: batch.labels.slice() }
      const correction = given.correction.slice()
      const gradient = zeros(x.length)
      const descender = engine.descender(adam, 1)
      const steps = [1, 2].map(() => ({ batch: own, rate: 0.01 }))
      await descender.descend(x, steps, correction)
      const after = x.slice()
      await engine.gradient(x, own, gradient)
      const seen = gradient.slice()
      if (spoil) for (const memory of [x, gradient, correction]) memory.fill(7)
      const [logits] = await engine.logits(after, [own])
      const shown = logits!.slice()
      if (spoil) logits!.fill(7)
      if (spoil) own.x.fill(7)
      const y = after.slice()
      await descender.descend(
        y,
        [{ batch: given.batch as typeof own, rate: 0.01 }],
        given.correction
      )
      descender.dispose()
      return [after, seen, shown, y]
    }
    t.deepEqual(await run(true), await run(false))
    t.deepEqual(replica, given.replica)
    t.deepEqual(given.batch, batch)
  })

  test.serial(`should read each batch when its step begins on ${backend}`, async (t) => {
    await openBackend(backend)
    const { model, batch } = mlpCase([8])
    const engine = engineOf(model)
    const others = [1, 2, 3].map((seed) => uniform(seeded(seed), batch.x.length))
    const apart = others.map((x) => ({ batch: { x, labels: batch.labels }, rate: 0.1 }))
    const shared = function* () {
      const memory = { x: zeros(batch.x.length), labels: batch.labels }
      for (const x of others) {
        memory.x.set(x)
        yield { batch: memory, rate: 0.1 }
      }
    }
    const replicas = [apart, shared()].map(() => replicaOf(model, seeded(1)))
    for (const [i, steps] of [apart, shared()].entries()) {
      await engine.descender({ name: 'sgd', momentum: 0 }, null).descend(replicas[i]!, steps, null)
    }
    t.deepEqual(replicas[0], replicas[1])
    engine.dispose()
  })

  for (const one of [
    mlpCase([8]),
    gptCase({ layers: 1, heads: 2, width: 4, context: 3, activation: 'gelu', tied: true }, 5)
  ]) {
    const name = one.model.config.name
    test.serial(`should leave nothing behind in 300 steps of ${name} on ${backend}`, async (t) => {
      await openBackend(backend)
      const { model, batch } = one
      const before = tf.memory().numTensors
      const engine = engineOf(model)
      const replica = replicaOf(model, seeded(1))
      const gradient = zeros(replica.length)
      const adam = {
        name: 'adam',
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        weightDecay: 0.1
      } as const
      const descenders = [
        engine.descender(adam, 1),
        engine.descender({ name: 'sgd', momentum: 0.9 }, null)
      ]
      const states = tf.memory()
      const steps = Array.from({ length: 75 }, () => ({ batch, rate: 0.001 }))
      for (const descender of descenders) {
        for (let i = 0; i < 2; i++)
          await descender.descend(replica, steps, i === 0 ? null : gradient)
        await engine.gradient(replica, batch, gradient)
        await descender.follow(replica, gradient, 0.001)
        await engine.logits(replica, [batch, batch])
      }
      const { numTensors, numBytes, numDataBuffers } = tf.memory()
      t.deepEqual(
        { numTensors, numBytes, numDataBuffers },
        {
          numTensors: states.numTensors,
          numBytes: states.numBytes,
          numDataBuffers: states.numDataBuffers
        }
      )
      descenders[0]!.dispose()
      engine.dispose()
      t.is(tf.memory().numTensors, before)
    })
  }

  test.serial(
    `should leave nothing behind where batches run out of breath on ${backend}`,
    async (t) => {
      await openBackend(backend)
      const { model, batch } = mlpCase([8])
      const engine = engineOf(model)
      const descender = engine.descender({ name: 'sgd', momentum: 0.9 }, null)
      const replica = replicaOf(model, seeded(1))
      const before = replica.slice()
      const { numTensors } = tf.memory()
      const failing = function* () {
        yield { batch, rate: 0.1 }
        throw new Error('no more data')
      }
      await t.throwsAsync(() => descender.descend(replica, failing(), null), {
        message: 'no more data'
      })
      t.deepEqual(replica, before)
      t.is(tf.memory().numTensors, numTensors)
      engine.dispose()
    }
  )
}

test.serial('should fail once its device has reported a fault', async (t) => {
  await openBackend('cpu')
  const { model, batch } = mlpCase([8])
  const engine = engineOf(model)
  const replica = replicaOf(model, seeded(1))
  const before = replica.slice()
  const descender = engine.descender({ name: 'sgd', momentum: 0.9 }, null)
  const { numTensors } = tf.memory()
  reportFault('cpu', 'no shader')
  reportFault('cpu', 'and what came of it')
  const failure = { name: 'RunFailedError', message: 'the device failed: no shader' }
  await t.throwsAsync(() => engine.gradient(replica, batch, zeros(replica.length)), failure)
  await t.throwsAsync(() => engine.logits(replica, [batch]), failure)
  await t.throwsAsync(() => descender.descend(replica, [{ batch, rate: 0.1 }], null), failure)
  t.deepEqual(replica, before)
  t.is(tf.memory().numTensors, numTensors)
})
