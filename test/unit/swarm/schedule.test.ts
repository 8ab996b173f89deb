import test from 'ava'
import { learningRateAt } from '../../../src/swarm/schedule.ts'

const cosine = { learningRate: 0.4, schedule: 'cosine', steps: 100, warmup: 0 } as const
const constant = { ...cosine, schedule: 'constant' } as const

test('should go from the base rate by a cosine down to 5 % of it and stay there', (t) => {
  t.is(learningRateAt(cosine, 0), 0.4)
  t.true(Math.abs(learningRateAt(cosine, 50) - 0.4 * 0.525) < 1e-15)
  t.true(Math.abs(learningRateAt(cosine, 25) - 0.4 * (0.05 + 0.475 * (1 + Math.SQRT1_2))) < 1e-15)
  for (const step of [100, 101, 1e9]) {
    t.true(Math.abs(learningRateAt(cosine, step) - 0.02) < 1e-15, `step ${step}`)
  }
})

test('should never rise along the cosine, also between two steps', (t) => {
  for (let step = 0; step < 120; step += 0.25) {
    t.true(learningRateAt(cosine, step + 0.25) <= learningRateAt(cosine, step), `step ${step}`)
  }
})

test('should keep a constant rate', (t) => {
  for (const step of [0, 7, 1000]) t.is(learningRateAt(constant, step), 0.4)
})

test('should rise in proportion to the steps taken over the warm-up, then follow its schedule', (t) => {
  const warm = { ...constant, warmup: 0.1 }
  for (const [step, share] of [
    [0, 0.1],
    [0.5, 0.15],
    [4, 0.5],
    [9, 1],
    [50, 1]
  ] as const) {
    t.true(Math.abs(learningRateAt(warm, step) - 0.4 * share) < 1e-15, `step ${step}`)
  }
  for (let step = 0; step < 120; step++) {
    const expected = learningRateAt(cosine, step) * Math.min(1, (step + 1) / 40)
    const rate = learningRateAt({ ...cosine, warmup: 0.4 }, step)
    t.true(Math.abs(rate - expected) < 1e-15, `step ${step}`)
  }
})

test('should rise from the base rate to its multiple where it scales with the batch', (t) => {
  const scaled = { ...constant, warmup: 0.1, scale: 16 }
  for (const [step, times] of [
    [0, 1 + 15 * 0.1],
    [4, 1 + 15 * 0.5],
    [9, 16],
    [50, 16]
  ] as const) {
    t.true(Math.abs(learningRateAt(scaled, step) - 0.4 * times) < 1e-12, `step ${step}`)
  }
  // The schedule is of the whole: a cosine ends at 5 % of the multiple.
  t.true(Math.abs(learningRateAt({ ...cosine, scale: 16 }, 100) - 16 * 0.02) < 1e-12)
  t.is(learningRateAt({ ...scaled, scale: 1 }, 0), 0.4)
})

test('should begin at the full rate where the warm-up is shorter than a step', (t) => {
  for (const steps of [0, 1, 5]) {
    t.is(learningRateAt({ ...constant, steps, warmup: 0.2 }, 0), 0.4, `${steps} steps`)
  }
})
