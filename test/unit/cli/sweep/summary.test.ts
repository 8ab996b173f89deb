import test from 'ava'
import type { Figures } from '../../../../src/cli/sweep/run-results.ts'
import { metricOf, type Outcome, sweepResults } from '../../../../src/cli/sweep/summary.ts'
import { NO_METRICS } from '../../../helpers/synthetic-sweep.ts'
import { planOf } from './place.ts'

test('should take the sample deviation', (t) => {
  // Mean 5, squares 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32, over 7.
  const { mean, deviation, n } = metricOf([2, 4, 4, 4, 5, 5, 7, 9])!
  t.is(mean, 5)
  t.true(Math.abs(deviation - Math.sqrt(32 / 7)) < 1e-15)
  t.is(n, 8)
})

test('should know no deviation of one number, and no mean of none', (t) => {
  t.deepEqual(metricOf([0.25]), { mean: 0.25, deviation: 0, n: 1 })
  t.deepEqual(metricOf([null, 3, null]), { mean: 3, deviation: 0, n: 1 })
  t.is(metricOf([null, null]), null)
  t.is(metricOf([]), null)
})

test('should not lose a small deviation of large numbers', (t) => {
  const { deviation } = metricOf([1e9 + 1, 1e9 + 2, 1e9 + 3])!
  t.is(deviation, 1)
})

const figures = (accuracy: number | null): Figures => ({
  ...NO_METRICS,
  accuracy,
  worst: accuracy,
  consensusModel: accuracy,
  loss: 1,
  bytesPerPeer: 1000,
  virtualSeconds: 2
})

test('should gather the runs of each cell, leaving out those that failed or are left', (t) => {
  const finished = (accuracy: number): Outcome => ({
    state: 'finished',
    figures: figures(accuracy)
  })
  const outcomes: Outcome[] = [
    finished(0.5),
    finished(0.75),
    { state: 'failed', reason: 'exit code 1' },
    { state: 'open' },
    finished(0.25),
    { state: 'failed', reason: 'SIGKILL' }
  ]
  const results = sweepResults(planOf([4, 5, 6], ['peers=8,16']), outcomes, ['swarmgrad', 'sweep'])
  t.is(results.open, 1)
  t.is(results.base, 'tiny')
  t.deepEqual(results.axes, [{ path: 'peers', values: ['8', '16'] }])
  const [first, second] = results.cells
  t.deepEqual(first, {
    settings: { peers: '8' },
    seeds: [4, 5, 6],
    failed: 1,
    metrics: {
      ...first!.metrics,
      // (0.125^2 + 0.125^2) / 1
      accuracy: { mean: 0.625, deviation: Math.sqrt(0.03125), n: 2 },
      bytesPerPeer: { mean: 1000, deviation: 0, n: 2 },
      validation: null
    },
    runs: [4, 5, 6].map((seed) => `runs/1-peers-8-seed${seed}`)
  })
  t.deepEqual([second?.failed, second?.metrics.accuracy?.mean], [1, 0.25])
})
