import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import type { ClipConfig, OptimizerConfig } from '../../../../src/swarm/recipe.ts'
import { clipGradient } from '../../../../src/training/clip.ts'
import { createOptimizer } from '../../../../src/training/optimizer.ts'
import { openBackend } from '../../../../src/training/tensors/backend.ts'
import { createForm } from '../../../../src/training/tensors/create-form.ts'
import { createTensorEngine } from '../../../../src/training/tensors/tensor-engine.ts'
import { norm, type Vector, zeros } from '../../../../src/vector/vector.ts'
import { difference, uniform } from '../helpers.ts'
import { mlpCase, replicaOf } from './cases.ts'

const { model, batch } = mlpCase([8])
const { layout, places } = model

const open = async (backend: 'wasm' | 'cpu') => {
  await openBackend(backend)
  return createTensorEngine({ layout, places, form: createForm(model) })
}

const ADAM = { name: 'adam', beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0 } as const
const OPTIMIZERS: readonly OptimizerConfig[] = [
  { name: 'sgd', momentum: 0 },
  { name: 'sgd', momentum: 0.9 },
  ADAM,
  { ...ADAM, weightDecay: 0.1 },
  { name: 'rmsprop', rho: 0.9, epsilon: 1e-6 },
  { name: 'adagrad', epsilon: 1e-6 },
  { name: 'lion', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 }
]
const CLIPS: readonly ClipConfig[] = [
  null,
  0.2,
  { by: 'tensor', norm: 0.1 },
  { by: 'unit', share: 0.05 }
]
const STEPS = 30
const rateAt = (step: number): number => 0.01 * (1 + Math.cos(step))

interface Setting {
  readonly optimizer: OptimizerConfig
  readonly clip: ClipConfig
  readonly correction: Vector | null
}

/** The same steps in plain JavaScript, along gradients that `gradientAt` gives. */
const walk = async (
  { optimizer: config, clip, correction }: Setting,
  replica: Vector,
  gradientAt: (replica: Vector, step: number, into: Vector) => Promise<number>
): Promise<number> => {
  let optimizer = createOptimizer(config, layout)
  const gradient = zeros(layout.length)
  let loss = 0
  for (let step = 0; step < STEPS; step++) {
    loss += await gradientAt(replica, step, gradient)
    if (!Number.isFinite(norm(gradient))) {
      optimizer = createOptimizer(config, layout) // forgets
      continue
    }
    clipGradient(clip, layout, gradient, replica)
    if (correction !== null) for (const [i, c] of correction.entries()) gradient[i]! += c
    optimizer.step(replica, gradient, rateAt(step))
  }
  return loss
}

const rows = (seed: number) => ({ x: uniform(seeded(seed), batch.x.length), labels: batch.labels })

for (const backend of ['wasm', 'cpu'] as const) {
  for (const optimizer of OPTIMIZERS) {
    for (const clip of CLIPS) {
      for (const correction of [null, uniform(seeded(9), layout.length).map((c) => 0.02 * c)]) {
        const corrected = correction === null ? '' : ', corrected'
        const title = `${JSON.stringify(optimizer)}, clip ${JSON.stringify(clip)}${corrected} on ${backend}`

        test.serial(`should descend as the optimisers in JavaScript do: ${title}`, async (t) => {
          const engine = await open(backend)
          const setting = { optimizer, clip, correction }
          const expected = replicaOf(model, seeded(1))
          const loss = await walk(setting, expected, (replica, step, into) =>
            engine.gradient(replica, rows(step), into)
          )
          const found = replicaOf(model, seeded(1))
          const descender = engine.descender(optimizer, clip)
          const steps = Array.from({ length: STEPS }, (_, i) => ({
            batch: rows(i),
            rate: rateAt(i)
          }))
          // In two calls: the state stays on the device between them.
          const first = await descender.descend(found, steps.slice(0, 11), correction)
          const second = await descender.descend(found, steps.slice(11), correction)
          t.is(first.skipped + second.skipped, 0)
          t.true(Math.abs(first.loss + second.loss - loss) < 1e-5 * loss)
          const error = difference(found, expected)
          t.true(error < 1e-5, `${error}`)
          engine.dispose()
        })
      }
    }

    const title = `${JSON.stringify(optimizer)} on ${backend}`

    test.serial(`should leave out steps that are not finite: ${title}`, async (t) => {
      const engine = await open(backend)
      const bad = new Set([0, 1, 5, STEPS - 2])
      const batchAt = (step: number) => {
        const own = rows(step)
        if (bad.has(step)) own.x[3] = [Number.NaN, Number.POSITIVE_INFINITY][step % 2]!
        return own
      }
      const steps = Array.from({ length: STEPS }, (_, i) => ({
        batch: batchAt(i),
        rate: rateAt(i)
      }))
      const some = engine.descender(optimizer, null)
      const replica = replicaOf(model, seeded(1))
      const report = await some.descend(replica, steps, null)
      t.is(report.skipped, bad.size)
      const others = engine.descender(optimizer, null)
      const expected = replicaOf(model, seeded(1))
      await others.descend(
        expected,
        steps.filter((_, i) => !bad.has(i)),
        null
      )
      t.deepEqual(replica, expected)
      // Not a bit of the state differs either.
      await some.descend(replica, [{ batch: rows(99), rate: 0.01 }], null)
      await others.descend(expected, [{ batch: rows(99), rate: 0.01 }], null)
      t.deepEqual(replica, expected)
      engine.dispose()
    })

    test.serial(
      `should take back all steps where they end in one that is not: ${title}`,
      async (t) => {
        const engine = await open(backend)
        const broken = rows(1)
        broken.x.fill(Number.NaN)
        const good = [{ batch: rows(7), rate: 0.1 }]
        const steps = [...good, ...good, { batch: broken, rate: 0.1 }]
        const descender = engine.descender(optimizer, null)
        const replica = replicaOf(model, seeded(1))
        t.is((await descender.descend(replica, steps, null)).skipped, 3)
        t.deepEqual(replica, replicaOf(model, seeded(1)))
        // Nor does a replica that is finite no more come back: one of two steps so large.
        const far = [good[0]!, { batch: rows(8), rate: Number.POSITIVE_INFINITY }]
        t.is((await descender.descend(replica, far, null)).skipped, 2)
        t.deepEqual(replica, replicaOf(model, seeded(1)))
        // And the optimiser begins anew.
        const fresh = engine.descender(optimizer, null)
        const expected = replica.slice()
        await descender.descend(replica, good, null)
        await fresh.descend(expected, good, null)
        t.deepEqual(replica, expected)
        engine.dispose()
      }
    )

    test.serial(`should follow gradients from elsewhere: ${title}`, async (t) => {
      const engine = await open(backend)
      const gradients = Array.from({ length: STEPS }, (_, i) =>
        uniform(seeded(i), layout.length).map((value) => value * 10 ** (i % 5))
      )
      gradients[4]![7] = Number.NEGATIVE_INFINITY
      gradients[5]![0] = Number.NaN
      // Beyond the range of float32's squares: finite all the same, and to be clipped.
      gradients[6] = gradients[6]!.map((value) => value * 1e25)
      const setting = { optimizer, clip: 1, correction: null }
      const expected = replicaOf(model, seeded(1))
      await walk(setting, expected, async (_, step, into) => {
        into.set(gradients[step]!)
        return 0
      })
      const descender = engine.descender(optimizer, 1)
      const replica = replicaOf(model, seeded(1))
      for (const [i, gradient] of gradients.entries()) {
        const before = replica.slice()
        const taken = await descender.follow(replica, gradient, rateAt(i))
        t.is(taken, i !== 4 && i !== 5)
        if (!taken) t.deepEqual(replica, before)
      }
      const error = difference(replica, expected)
      t.true(error < 1e-5, `${error}`)
      engine.dispose()
    })
  }
}

test.serial('should report nothing for no steps', async (t) => {
  const engine = await open('wasm')
  const replica = replicaOf(model, seeded(1))
  const report = await engine.descender(ADAM, 1).descend(replica, [], null)
  t.deepEqual(report, { loss: 0, skipped: 0 })
  t.deepEqual(replica, replicaOf(model, seeded(1)))
  engine.dispose()
})
