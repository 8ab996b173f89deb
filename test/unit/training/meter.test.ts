import test from 'ava'
import type { ReplicaReport, ReplicaTrainer } from '../../../src/training/descent.ts'
import { meter } from '../../../src/training/meter.ts'
import { layoutOf } from '../../../src/vector/layout.ts'
import { nothingSaved } from '../../helpers/synthetic-trainers.ts'

/** Reports what it is given, one report for every call. */
const trainerOf = (...reports: readonly ReplicaReport[]): ReplicaTrainer => {
  const left = [...reports]
  return {
    ...nothingSaved,
    layout: layoutOf([{ name: 'x', shape: [1] }]),
    initial: () => new Float32Array(1),
    train: () => left.shift()!
  }
}

const report = (loss: number | null, skipped = 0): ReplicaReport => ({ loss, samples: 8, skipped })

const x = new Float32Array(1)
const CLASSES = 10
/** Three times the loss of guessing. */
const LIMIT = 3 * Math.log(CLASSES)

test('should take the mean over the steps since it was last asked', (t) => {
  const metered = meter(trainerOf(report(1), report(4), report(2)), CLASSES)
  metered.train(x, 2, 0)
  metered.train(x, 4, 2)
  t.deepEqual(metered.take(), { steps: 6, samples: 16, loss: 3, diverging: false })
  metered.train(x, 1, 6)
  t.deepEqual(metered.take(), { steps: 1, samples: 8, loss: 2, diverging: false })
  t.deepEqual(metered.take(), { steps: 0, samples: 0, loss: null, diverging: false })
})

test('should call a loss diverging that is no number, or three times that of guessing', (t) => {
  const losses = [LIMIT - 0.01, LIMIT + 0.01, Number.NaN, Number.POSITIVE_INFINITY, 0.1]
  const metered = meter(trainerOf(...losses.map((loss) => report(loss))), CLASSES)
  const seen = losses.map(() => {
    metered.train(x, 1, 0)
    return metered.take().diverging
  })
  t.deepEqual(seen, [false, true, true, true, false])
  t.is(metered.trouble().divergedRounds, 3)
})

test('should know no bound but infinity where there are no classes', (t) => {
  const metered = meter(trainerOf(report(1e30), report(Number.NaN)), null)
  metered.train(x, 1, 0)
  t.false(metered.take().diverging)
  metered.train(x, 1, 1)
  t.true(metered.take().diverging)
})

test('should add up the steps that were left out, and none of rounds without training', (t) => {
  const metered = meter(trainerOf(report(1, 2), report(1, 3), report(null)), CLASSES)
  for (let round = 0; round < 3; round++) {
    metered.train(x, 4, 4 * round)
    metered.take()
  }
  t.deepEqual(metered.trouble(), { skippedSteps: 5, divergedRounds: 0 })
})
