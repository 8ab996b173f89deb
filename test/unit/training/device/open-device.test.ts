import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import type { ModelConfig } from '../../../../src/swarm/recipe.ts'
import { openDevice } from '../../../../src/training/device/open-device.ts'
import type { Engine } from '../../../../src/training/engine.ts'
import { createModel } from '../../../../src/training/models/create-model.ts'
import { rowSides } from '../../../../src/training/models/model.ts'
import { openWasmEngine } from '../../../../src/training/wasm/wasm-engine.ts'
import { norm, type Vector, zeros } from '../../../../src/vector/vector.ts'

const BATCH = 6
const SIDES = rowSides([3, 3, 1], 4)
const CONFIG: ModelConfig = { name: 'mlp', hidden: [10] }
const MODEL = createModel(CONFIG, SIDES)
const ADAM = { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 } as const

const batchOf = (seed: number) => {
  const random = seeded(seed)
  return {
    x: zeros(BATCH * SIDES.features).map(() => random.normal()),
    labels: new Uint8Array(BATCH).map(() => random.integer(SIDES.classes))
  }
}

/** |a - b| / |b| */
const distance = (a: Vector, b: Vector): number => norm(a.map((x, i) => x - b[i]!)) / norm(b)

/** All that an engine gives, as one vector each. */
const resultsOf = (engine: Engine): readonly Vector[] => {
  const replica = MODEL.initial(seeded(7))
  const gradient = zeros(replica.length)
  const loss = engine.gradient(replica, batchOf(1), gradient)
  const logits: number[] = []
  engine.logits(replica, [batchOf(2), batchOf(3)], (values) => void logits.push(...values))
  const descended = replica.slice()
  const steps = [4, 5, 6, 7].map((seed) => ({ batch: batchOf(seed), rate: 0.01 }))
  const report = engine.descender(ADAM, 1).descend(
    descended,
    steps,
    gradient.map((g) => g / 2)
  )
  const followed = replica.slice()
  engine.descender({ name: 'sgd', momentum: 0.9 }, null).follow(followed, gradient, 0.5)
  return [
    Float32Array.of(loss),
    gradient,
    Float32Array.from(logits),
    Float32Array.of(report.loss),
    descended,
    followed
  ]
}

test("a device's results are those of the hand-written program on this thread", async (t) => {
  const expected = resultsOf(openWasmEngine(MODEL, BATCH))
  for (const backend of ['cpu', 'wasm'] as const) {
    const engine = await openDevice({ backend, model: CONFIG, sides: SIDES }, BATCH)
    t.is(engine.layout.hash, MODEL.layout.hash)
    // Float32 in another order of summation; Adam's division makes the most of it.
    resultsOf(engine).forEach((result, index) => {
      t.is(result.length, expected[index]!.length)
      t.true(distance(result, expected[index]!) < 1e-5, `${backend}, result ${index}`)
    })
    engine.dispose()
  }
})

test('a model that cannot be built is refused with its problems', async (t) => {
  const convolutions = [{ channels: 2, kernel: 5, padding: 'valid' as const }]
  const model: ModelConfig = { name: 'cnn', convolutions, hidden: [] }
  const error = await t.throwsAsync(openDevice({ backend: 'cpu', model, sides: SIDES }, BATCH))
  t.like(error, { name: 'InvalidInputError', problems: [{ path: 'model.name' }] })
})

test('a topology that does not fit is refused before it computes anything', async (t) => {
  const topology = {
    class_name: 'Sequential',
    config: {
      name: 'large',
      layers: [
        {
          class_name: 'Conv2DTranspose',
          config: {
            name: 'spread',
            filters: 64,
            kernel_size: 1,
            strides: [1024, 1024],
            batch_input_shape: [null, 32, 32, 1]
          }
        },
        { class_name: 'GlobalAveragePooling2D', config: { name: 'mean' } },
        { class_name: 'Dense', config: { name: 'end', units: 3 } }
      ]
    }
  }
  const model: ModelConfig = { name: 'layers', topology, weights: null }
  const setup = { backend: 'wasm', model, sides: rowSides([32, 32, 1], 3) } as const
  const error = await t.throwsAsync(openDevice(setup, BATCH))
  t.like(error, { name: 'InvalidInputError', problems: [{ path: 'training.batch' }] })
})

test('the package that has passed its trial is loaded, and no other in its place', async (t) => {
  const setup = { backend: 'tensorflow', module: 'no-such-package' } as const
  const error = await t.throwsAsync(openDevice({ ...setup, model: CONFIG, sides: SIDES }, BATCH))
  t.regex(error.message, /no-such-package/)
  t.notRegex(error.message, /tfjs-node/)
})
