/** Means and deviations over the seeds. */
import {
  SWEEP_METRICS,
  type SweepCell,
  type SweepMetric,
  type SweepMetricName,
  type SweepSummary
} from '../../report/sweep-summary.ts'
import { mean } from '../../simulation/mean.ts'
import type { Plan } from './plan.ts'
import type { Outcome as RunOutcome } from './run-all.ts'
import type { Figures } from './run-results.ts'

export type Outcome = RunOutcome<Figures>

/** Mean and sample deviation (n - 1) of the numbers that there are; null where there are none. */
export const metricOf = (values: ReadonlyArray<number | null>): SweepMetric | null => {
  const numbers = values.filter((value) => value !== null)
  const n = numbers.length
  if (n === 0) return null
  const middle = mean(numbers)
  const squares = numbers.reduce((sum, value) => sum + (value - middle) ** 2, 0)
  return { mean: middle, deviation: n === 1 ? 0 : Math.sqrt(squares / (n - 1)), n }
}

const metricsOf = (figures: readonly Figures[]): Record<SweepMetricName, SweepMetric | null> => {
  const all = SWEEP_METRICS.map((name) => [name, metricOf(figures.map((one) => one[name]))])
  return Object.fromEntries(all)
}

/** summary.json */
export interface SweepResults extends SweepSummary {
  readonly schema: 'swarmgrad/sweep-summary/1'
  /** Runs that were left when the sweep was stopped. */
  readonly open: number
}

const cellsWith = (plan: Plan, outcomes: readonly Outcome[]): readonly SweepCell[] =>
  plan.cells.map((cell, index) => {
    const from = index * plan.seeds.length
    const own = outcomes.slice(from, from + plan.seeds.length)
    return {
      settings: Object.fromEntries(
        plan.axes.map(({ path }, axis) => [path, cell.values[axis]!.text])
      ),
      seeds: [...plan.seeds],
      failed: own.filter(({ state }) => state === 'failed').length,
      metrics: metricsOf(own.flatMap((one) => (one.state === 'finished' ? one.figures : []))),
      runs: plan.runs.slice(from, from + plan.seeds.length).map(({ folder }) => folder)
    }
  })

/** `outcomes` in the order of the plan's runs. */
export const sweepResults = (
  plan: Plan,
  outcomes: readonly Outcome[],
  command: readonly string[]
): SweepResults => ({
  schema: 'swarmgrad/sweep-summary/1',
  name: plan.name,
  base: plan.path,
  command,
  open: outcomes.filter(({ state }) => state === 'open').length,
  axes: plan.axes.map(({ path, values }) => ({ path, values: values.map(({ text }) => text) })),
  cells: cellsWith(plan, outcomes)
})
