import test from 'ava'
import { chooseTrial, type Trial } from '../../../src/simulation/baselines/choose.ts'

const trial = (factor: number, accuracy: number | null, loss: number | null): Trial => ({
  factor,
  learningRate: factor / 10,
  accuracy,
  loss
})

const CASES: ReadonlyArray<readonly [rule: string, trials: readonly Trial[], factor: number]> = [
  ['accuracy first', [trial(0.5, 0.8, 0.1), trial(1, 0.9, 0.9), trial(2, 0.7, 0.2)], 1],
  ['then the lower loss', [trial(0.5, 0.9, 0.3), trial(1, 0.9, 0.4), trial(2, 0.9, 0.2)], 2],
  ['a loss before no number', [trial(1, 0.1, null), trial(2, 0.1, 5)], 2],
  ['loss where there are no classes', [trial(1, null, 3), trial(2, null, 1)], 2],
  ['then the factor nearest to 1', [trial(3, 0.9, 0.3), trial(0.4, 0.9, 0.3)], 0.4],
  ['half as near as twice: then the smaller', [trial(2, 0.9, 0.3), trial(0.5, 0.9, 0.3)], 0.5],
  ['nearest to 1 if all diverged', [trial(0.5, null, null), trial(1, null, null)], 1]
]

for (const [rule, trials, factor] of CASES) {
  test(`should choose by ${rule}`, (t) => {
    t.is(chooseTrial(trials)?.factor, factor)
    t.is(chooseTrial(trials.toReversed())?.factor, factor)
  })
}

test('should choose nothing from nothing', (t) => {
  t.is(chooseTrial([]), null)
})
