/** A made-up sweep: a numeric axis, one of names, a cell that failed. */
import { seeded } from '../../src/random.ts'
import {
  SWEEP_METRICS,
  type SweepMetric,
  type SweepMetricName,
  type SweepSummary
} from '../../src/report/sweep-summary.ts'

/** A run or a cell without any figure: what a test does not speak of. */
export const NO_METRICS = Object.fromEntries(SWEEP_METRICS.map((name) => [name, null])) as Record<
  SweepMetricName,
  null
>

const ALPHAS = ['0.1', '0.5', '1', '10']
const CODES = ['none', 'int8', 'int4', 'top-k+int4']
/** Bytes of one parameter's code. */
const BYTES = [4, 1.02, 0.52, 0.12]
const SEEDS = [1, 2, 3]

/** The same every time. */
export const syntheticSweep = (): SweepSummary => {
  const random = seeded(1).fork('sweep')
  const metric = (mean: number, deviation: number, n: number): SweepMetric => ({
    mean: mean + 0.3 * deviation * random.normal(),
    deviation: deviation * (0.6 + 0.6 * random.next()),
    n
  })
  const cells = ALPHAS.flatMap((alpha, row) =>
    CODES.map((code, column) => {
      const failed = row === 0 && column === 3 ? 1 : 0
      const n = SEEDS.length - failed
      const accuracy = 0.97 - 0.05 / (1 + 2 * row) - 0.008 * column
      return {
        settings: { 'data.partition.alpha': alpha, 'compression.name': code },
        seeds: SEEDS,
        failed,
        metrics: {
          ...NO_METRICS,
          accuracy: metric(accuracy, 0.004, n),
          worst: metric(accuracy - 0.01 - 0.02 / (1 + row), 0.006, n),
          consensusModel: metric(accuracy + 0.002, 0.003, n),
          loss: metric(1.1 - accuracy, 0.01, n),
          bytesPerPeer: metric(BYTES[column]! * 8e7, BYTES[column]! * 1e5, n),
          distance: metric(10 ** (column / 2 - 4), 10 ** (column / 2 - 5), n),
          virtualSeconds: metric(14 + 20 * BYTES[column]!, 0.4, n)
        },
        runs: SEEDS.map((seed) => `runs/${alpha}-${code}-seed${seed}`)
      }
    })
  )
  return {
    name: 'synthetic sweep',
    base: 'simulations/synthetic/scenario.json',
    command: ['swarmgrad', 'sweep', 'simulations/synthetic', '--seeds', '3'].concat([
      '--grid',
      `data.partition.alpha=${ALPHAS.join()}`,
      '--grid',
      `compression.name=${CODES.join()}`
    ]),
    axes: [
      { path: 'data.partition.alpha', values: ALPHAS },
      { path: 'compression.name', values: CODES }
    ],
    cells
  }
}
