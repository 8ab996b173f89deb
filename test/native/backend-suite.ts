import * as tf from '@tensorflow/tfjs-core'
import test, { type ExecutionContext } from 'ava'
import { seeded } from '../../src/random.ts'
import type { OptimizerConfig } from '../../src/swarm/recipe.ts'
import type { BackendName } from '../../src/training/backends/candidate.ts'
import type { Batch } from '../../src/training/batch.ts'
import { openDevice } from '../../src/training/device/open-device.ts'
import type { Model } from '../../src/training/models/model.ts'
import type { AsyncEngine } from '../../src/training/tensors/async-engine.ts'
import { openBackend } from '../../src/training/tensors/backend.ts'
import { createForm } from '../../src/training/tensors/create-form.ts'
import { createTensorEngine } from '../../src/training/tensors/tensor-engine.ts'
import { type Vector, zeros } from '../../src/vector/vector.ts'
import { replicaOf } from '../unit/training/tensors/cases.ts'
import { worstTensor } from './agreement.ts'
import { CASES, type NativeCase } from './cases.ts'
import { float64Steps } from './float64-steps.ts'

/** Of a tensor's gradient, by Euclidean norm. Measured: 1.7e-6 at most, in resnet20's 21 layers. */
const GRADIENT_ERROR = 1e-5
/** Of the way that a replica has gone. */
const STEP_ERROR = 1e-4
const STEPS = 5

export interface SuiteOptions {
  readonly backend: BackendName
  /** What is set once the backend is open. */
  readonly prepare?: () => void
}

const engineOf = (model: Model): AsyncEngine =>
  createTensorEngine({ layout: model.layout, places: model.places, form: createForm(model) })

const gradientOf = async (engine: AsyncEngine, replica: Vector, batch: Batch) => {
  const gradient = zeros(engine.layout.length)
  return { loss: await engine.gradient(replica, batch, gradient), gradient }
}

const close = (t: ExecutionContext, found: number, expected: number, error: number) =>
  t.true(Math.abs(found - expected) <= error * Math.abs(expected), `${found}, not ${expected}`)

const caseOf = (title: string): NativeCase => CASES.find((one) => one.title === title)!

const OPTIMIZERS: readonly OptimizerConfig[] = [
  { name: 'sgd', momentum: 0.9 },
  { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1 },
  { name: 'rmsprop', rho: 0.9, epsilon: 1e-4 },
  { name: 'adagrad', epsilon: 1e-4 }
]

/** What a tfjs backend must do before peers train on it, whatever it computes with. */
export const checkBackend = ({ backend, prepare = () => {} }: SuiteOptions): void => {
  const open = async (model: Model): Promise<AsyncEngine> => {
    await openBackend(backend)
    prepare()
    return engineOf(model)
  }

  for (const { title, model, batch } of CASES) {
    test.serial(`should have the gradient that plain JavaScript has: ${title}`, async (t) => {
      const replica = replicaOf(model, seeded(1))
      await openBackend('cpu')
      const expected = await gradientOf(engineOf(model), replica, batch)
      const found = await gradientOf(await open(model), replica, batch)
      close(t, found.loss, expected.loss, 1e-6)
      const { tensor, error } = worstTensor(found.gradient, expected.gradient, model.layout)
      t.log(`${tensor}: ${error.toExponential(1)}`)
      t.true(error <= GRADIENT_ERROR, `${tensor}: ${error}`)
    })

    test.serial(`should learn one batch by heart: ${title}`, async (t) => {
      const engine = await open(model)
      const replica = model.initial(seeded(1))
      const descender = engine.descender(OPTIMIZERS[1]!, 1)
      const first = await descender.descend(replica, [{ batch, rate: 3e-3 }], null)
      const steps = Array.from({ length: 2 * STEPS }, () => ({ batch, rate: 3e-3 }))
      const { skipped } = await descender.descend(replica, steps, null)
      t.is(skipped, 0)
      const last = await descender.descend(replica, [{ batch, rate: 3e-3 }], null)
      t.log(`${first.loss.toFixed(3)} to ${last.loss.toFixed(3)}`)
      t.true(last.loss < 0.97 * first.loss)
      engine.dispose()
    })
  }

  for (const optimizer of OPTIMIZERS) {
    test.serial(`should take the steps that float64 takes: ${optimizer.name}`, async (t) => {
      const { model, batch } = caseOf('mlp')
      const engine = await open(model)
      const start = replicaOf(model, seeded(1))
      const noise = seeded(5)
      const correction = start.map(() => 1e-3 * noise.normal())
      const walk = { optimizer, clip: 0.5, correction, rate: 0.01 }
      const batches = new Array<Batch>(STEPS).fill(batch)
      const expected = await float64Steps(engine, start, batches, walk)
      const replica = start.slice()
      const steps = batches.map((batch) => ({ batch, rate: walk.rate }))
      const { loss } = await engine
        .descender(optimizer, walk.clip)
        .descend(replica, steps, correction)
      close(t, loss, expected.loss, 1e-5)
      const way = Math.sqrt(start.reduce((sum, x, i) => sum + (expected.replica[i]! - x) ** 2, 0))
      const off = Math.sqrt(replica.reduce((sum, x, i) => sum + (expected.replica[i]! - x) ** 2, 0))
      t.log(`${(off / way).toExponential(1)} of the way`)
      t.true(off <= STEP_ERROR * way, `${off} of ${way}`)
      engine.dispose()
    })
  }

  for (const worst of [Number.NaN, Infinity, 1e38]) {
    test.serial(
      `should leave out a step that is not finite: ${worst} in the replica`,
      async (t) => {
        const { model, batch } = caseOf('mlp')
        const engine = await open(model)
        const replica = model.initial(seeded(1))
        replica.fill(worst, 100, 200)
        const before = replica.slice()
        const descender = engine.descender(OPTIMIZERS[0]!, 1)
        const { skipped } = await descender.descend(replica, [{ batch, rate: 0.1 }], null)
        t.is(skipped, 1)
        t.deepEqual(replica, before)
        engine.dispose()
      }
    )
  }

  test.serial('should keep no view of what it was given', async (t) => {
    const { model, batch } = caseOf('gpt, tied, gelu')
    const engine = await open(model)
    const replica = model.initial(seeded(1))
    const expected = await gradientOf(engine, replica, batch)
    const [x, labels, lent] = [batch.x.slice(), batch.labels.slice(), replica.slice()]
    const lentBatch = { x, labels }
    const first = await gradientOf(engine, lent, lentBatch)
    x.fill(1)
    labels.fill(1)
    lent.fill(0.5)
    first.gradient.fill(7)
    await gradientOf(engine, lent, lentBatch)
    x.set(batch.x)
    labels.set(batch.labels)
    lent.set(replica)
    t.deepEqual(await gradientOf(engine, lent, lentBatch), expected)
    engine.dispose()
  })

  test.serial('should not grow with the steps', async (t) => {
    const { model, batch } = caseOf('gpt, untied, relu')
    const engine = await open(model)
    const replica = model.initial(seeded(1))
    const descender = engine.descender(OPTIMIZERS[1]!, 1)
    const steps = [
      { batch, rate: 1e-3 },
      { batch, rate: 1e-3 }
    ]
    const held = async (rounds: number) => {
      for (let round = 0; round < rounds; round++) {
        await descender.descend(replica, steps, null)
        await engine.logits(replica, [batch])
      }
      return tf.memory()
    }
    const early = await held(10)
    t.deepEqual(await held(50), early)
    descender.dispose()
    engine.dispose()
  })

  test.serial('should compute the same behind a device thread', async (t) => {
    const { model, batch } = caseOf('cnn of 5 x 5 kernels')
    const engine = await open(model)
    const replica = model.initial(seeded(1))
    const expected = await gradientOf(engine, replica, batch)
    const { config, features, shape, places, classes } = model
    const sides = { features, shape, places, classes }
    const device = await openDevice({ backend, model: config, sides }, batch.labels.length)
    t.teardown(() => device.dispose())
    const gradient = zeros(model.layout.length)
    close(t, device.gradient(replica, batch, gradient), expected.loss, 1e-6)
    const { tensor, error } = worstTensor(gradient, expected.gradient, model.layout)
    t.true(error <= 1e-6, `${tensor}: ${error}`)
    engine.dispose()
  })
}
