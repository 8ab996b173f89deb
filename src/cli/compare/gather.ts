/** From what the runs of a comparison left behind to comparison.json. */
import type {
  ComparedRun,
  ComparedStrategy,
  Comparison,
  Condition,
  ConditionResult,
  CurvePoint,
  LeftOut,
  Measure,
  TuningTrial
} from '../../report/strategies/comparison.ts'
import { type Interval, intervalOf } from '../../report/strategies/interval.ts'
import { meanCurve } from '../../report/strategies/mean-curve.ts'
import { deficit, goalOf, reach } from '../../report/strategies/quality.ts'
import { recommend } from '../../report/strategies/recommend.ts'
import type { ComparedFigures, Moment } from './figures.ts'
import { paceOf } from './pace.ts'
import type { ComparePlan } from './plan.ts'
import type { CompareOutcome, Done, Tuned } from './run-compare.ts'
import type { ConditionTask, TuningTask } from './tasks.ts'

type Run = Done<ConditionTask>

const figuresOf = ({ outcome }: Run): ComparedFigures | null =>
  outcome.state === 'finished' ? outcome.figures : null

const measureOf = (runs: readonly Run[]): Measure =>
  runs.some((run) => (figuresOf(run)?.accuracy ?? null) !== null) ? 'accuracy' : 'loss'

const curveOf = (moments: readonly Moment[], measure: Measure): readonly CurvePoint[] =>
  moments.flatMap(({ round, bytes, seconds, [measure]: quality }) =>
    quality === null ? [] : [{ round, bytes, seconds, quality }]
  )

const runOf = (run: Run, measure: Measure, goal: number | null): ComparedRun => {
  const { task, outcome } = run
  const figures = figuresOf(run)
  const curve = figures === null ? [] : curveOf(figures.moments, measure)
  return {
    seed: task.seed,
    folder: task.folder,
    failed: outcome.state === 'failed' ? outcome.reason : null,
    quality: figures?.[measure]?.mean ?? null,
    goal: goal === null ? null : reach(measure, curve, goal)
  }
}

const resultOf = (
  { kind, peers, text, label }: Condition,
  runs: readonly Run[],
  measure: Measure,
  goal: number | null
): ConditionResult => {
  const over = (value: (figures: ComparedFigures) => number | null): Interval | null =>
    intervalOf(
      runs.flatMap((run) => {
        const figures = figuresOf(run)
        return (figures === null ? null : value(figures)) ?? []
      })
    )
  const compared = runs.map((run) => runOf(run, measure, goal))
  const reached = compared.flatMap((run) => run.goal ?? [])
  const curves = runs.map((run) => curveOf(figuresOf(run)?.moments ?? [], measure))
  return {
    kind,
    peers,
    text,
    label,
    runs: compared,
    quality: over((figures) => figures[measure]?.mean ?? null),
    worst: over((figures) => figures[measure]?.worst ?? null),
    bytesPerPeer: over(({ bytesPerPeer }) => bytesPerPeer),
    bytesWorstPeer: over(({ bytesWorstPeer }) => bytesWorstPeer),
    seconds: over(({ seconds }) => seconds),
    goalBytes: intervalOf(reached.map(({ bytes }) => bytes)),
    goalSeconds: intervalOf(reached.map(({ seconds }) => seconds)),
    curve: kind === 'asked' ? meanCurve(curves.filter(({ length }) => length > 0)) : []
  }
}

const trialOf = ({ task, outcome }: Done<TuningTask>, chosen: unknown): TuningTrial => {
  const { setting } = task
  const figures = outcome.state === 'finished' ? outcome.figures : null
  const { label, learningRate, localSteps } = setting
  return {
    label,
    learningRate,
    localSteps,
    accuracy: figures?.validation?.accuracy ?? null,
    loss:
      figures?.validation === null
        ? (figures.loss?.mean ?? null)
        : (figures?.validation.loss ?? null),
    bytesPerPeer: figures?.bytesPerPeer ?? null,
    chosen: setting === chosen
  }
}

const strategyOf = (
  { entrant, trials, chosen }: Tuned,
  runs: readonly Run[],
  measure: Measure,
  goal: number | null
): ComparedStrategy[] => {
  if (chosen === null) return []
  const { label, learningRate, localSteps } = chosen
  const own = runs.filter(({ task }) => task.strategy === entrant.strategy)
  return [
    {
      strategy: entrant.strategy,
      label,
      learningRate,
      localSteps,
      trials: trials.map((trial) => trialOf(trial, chosen)),
      conditions: entrant.conditions.map((condition) =>
        resultOf(
          condition,
          own.filter(({ task }) => task.condition === condition),
          measure,
          goal
        )
      )
    }
  ]
}

/** The best mean of a strategy as asked, all of whose seeds have finished. */
const bestOf = (plan: ComparePlan, runs: readonly Run[], measure: Measure): number | null => {
  const means = plan.entrants.flatMap(({ strategy }) => {
    const own = runs.filter(
      ({ task }) => task.strategy === strategy && task.condition.kind === 'asked'
    )
    const values = own.flatMap((run) => figuresOf(run)?.[measure]?.mean ?? [])
    return own.length > 0 && values.length === own.length ? [intervalOf(values)!.mean] : []
  })
  return means.length === 0
    ? null
    : means.reduce((best, one) => (deficit(measure, best, one) < 0 ? one : best))
}

const untuned = ({ tuned }: CompareOutcome): readonly LeftOut[] =>
  tuned.flatMap(({ entrant, trials, chosen }) => {
    if (chosen !== null) return []
    const failed = trials.map(({ outcome }) => outcome).find(({ state }) => state === 'failed')
    const why = failed?.state === 'failed' ? failed.reason.split('\n')[0]! : 'all of them diverged'
    const reason = `none of its ${trials.length} settings ended with a result: ${why}`
    return [{ strategy: entrant.strategy, condition: null, reason }]
  })

/** Pure: the same outcomes give the same comparison. */
export const comparisonOf = (
  plan: ComparePlan,
  outcome: CompareOutcome,
  command: readonly string[]
): Comparison => {
  const { runs, tuned } = outcome
  const measure = measureOf(runs)
  const best = bestOf(plan, runs, measure)
  const goal = best === null ? null : goalOf(measure, best)
  const { name, path, scenario, seeds } = plan
  const parameters = runs.map(figuresOf).find((figures) => figures !== null)?.parameters
  const facts = {
    schema: 'swarmgrad/comparison/1',
    name,
    base: path,
    command,
    mode: scenario.mode,
    peers: scenario.peers,
    seeds,
    measure,
    goal,
    pace: parameters === undefined ? null : paceOf(scenario, parameters),
    strategies: tuned.flatMap((one) => strategyOf(one, runs, measure, goal)),
    leftOut: [...plan.leftOut, ...untuned(outcome)]
  } as const
  return { ...facts, recommendation: recommend(facts) }
}
