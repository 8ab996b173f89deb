import test from 'ava'
import { type TrainingConfig, trainingSchema } from '../../../src/swarm/recipe.ts'
import { createDescent } from '../../../src/training/descent.ts'
import { createFollow } from '../../../src/training/follow.ts'
import { meter } from '../../../src/training/meter.ts'
import { layoutOf } from '../../../src/vector/layout.ts'

/** Descends from 0 along a gradient that is (3, 4) everywhere. */
const descentWith = (some: Partial<TrainingConfig> = {}) => {
  const layout = layoutOf([{ name: 'x', shape: [2] }])
  const training = { ...trainingSchema.parse({ learningRate: 1, steps: 10 }), ...some }
  return createDescent({
    layout,
    source: {
      samples: 1,
      streams: [],
      gradient: (_replica, into) => {
        into.set([3, 4])
        return 1
      }
    },
    follow: createFollow(training, layout),
    training,
    initial: () => new Float32Array(2)
  })
}

test('should add the correction to the gradient of every step, behind the clipping', (t) => {
  const descent = descentWith({ clip: 2.5 })
  const x = descent.initial()
  const correction = Float32Array.of(10, -1)
  descent.train(x, 2, 0, correction)
  // (1.5, 2) is the gradient at norm 2.5; every number here is exact in float32.
  t.deepEqual([...x], [-23, -2])
  t.deepEqual([...correction], [10, -1])
})

test('should hand the correction to the optimiser', (t) => {
  const descent = descentWith({ optimizer: { name: 'sgd', momentum: 0.5 } })
  const x = descent.initial()
  descent.train(x, 1, 0, Float32Array.of(1, 0))
  descent.train(x, 1, 1, null)
  // velocities: (4, 4), then (3, 4) + (2, 2)
  t.deepEqual([...x], [-9, -10])
})

test('should train without a correction as with one of zeros', (t) => {
  const [plain, corrected] = [descentWith(), descentWith()]
  const [a, b] = [plain.initial(), corrected.initial()]
  plain.train(a, 3, 0)
  corrected.train(b, 3, 0, new Float32Array(2))
  t.deepEqual(a, b)
})

test('should pass the correction through the meter', (t) => {
  const metered = meter(descentWith(), null)
  const x = metered.initial()
  metered.train(x, 1, 0, Float32Array.of(-3, -4))
  t.deepEqual([...x], [0, 0])
})

test('should take the warm-up into account', (t) => {
  const descent = descentWith({ warmup: 0.4 })
  const x = descent.initial()
  descent.train(x, 2, 0)
  // rates 1/4 and 2/4
  t.deepEqual([...x], [-2.25, -3])
})
