/** Chooses settings for each strategy, then runs all strategies under all conditions. */
import { type Outcome, runAll } from '../sweep/run-all.ts'
import { readWanted } from '../sweep/run-results.ts'
import { SweepProgress } from '../sweep/sweep-progress.ts'
import { chooseSetting, type TriedSetting } from './choose.ts'
import type { Entrant } from './entrants.ts'
import { type ComparedFigures, comparedFigures } from './figures.ts'
import type { ComparePlan } from './plan.ts'
import type { Setting } from './settings.ts'
import {
  type CompareTask,
  type ConditionTask,
  conditionTasks,
  type TuningTask,
  tuningTasks
} from './tasks.ts'

export interface Done<T extends CompareTask> {
  readonly task: T
  readonly outcome: Outcome<ComparedFigures>
}

/** A strategy with all that has been run of it. */
export interface Tuned {
  readonly entrant: Entrant
  readonly trials: ReadonlyArray<Done<TuningTask>>
  /** Null: none of its settings ended with a number. */
  readonly chosen: Setting | null
}

export interface CompareOutcome {
  readonly tuned: readonly Tuned[]
  readonly runs: ReadonlyArray<Done<ConditionTask>>
  readonly open: number
  readonly failed: number
  readonly finished: number
}

/** What the rows kept aside say; a model without rows is asked itself, as for baselines. */
const triedOf = ({
  task,
  outcome
}: Done<TuningTask>): ReadonlyArray<TriedSetting & { readonly setting: Setting }> => {
  if (outcome.state !== 'finished') return []
  const { validation, loss, bytesPerPeer } = outcome.figures
  const { setting } = task
  const { label, factor, learningRate } = setting
  const accuracy = validation?.accuracy ?? null
  const measured = validation === null ? (loss?.mean ?? null) : validation.loss
  if (accuracy === null && measured === null) return []
  return [{ setting, label, factor, learningRate, accuracy, loss: measured, bytesPerPeer }]
}

const count = <T extends CompareTask>(
  done: ReadonlyArray<Done<T>>,
  state: Outcome<unknown>['state']
): number => done.filter(({ outcome }) => outcome.state === state).length

export const runCompare = async (
  plan: ComparePlan,
  place: string,
  signal: AbortSignal
): Promise<CompareOutcome> => {
  const { entrants, seeds } = plan
  const tuning = entrants.map((entrant) => tuningTasks(plan, place, entrant))
  const tries = tuning.reduce((sum, { length }) => sum + length, 0)
  const runsOf = (some: readonly Entrant[]): number =>
    some.reduce((sum, { conditions }) => sum + conditions.length * seeds.length, 0)
  const live = plan.scenario.mode === 'live'
  const jobs = live ? plan.jobs.live : plan.jobs.virtual
  const progress = new SweepProgress({ what: 'compare', runs: tries + runsOf(entrants), jobs })
  const carryOut = async <T extends CompareTask>(
    tasks: readonly T[],
    jobs: number
  ): Promise<ReadonlyArray<Done<T>>> => {
    const read = (task: T) => readWanted(task.place, task, comparedFigures)
    const outcomes = await runAll(tasks, { jobs, signal, progress, read })
    return tasks.map((task, index) => ({ task, outcome: outcomes[index]! }))
  }
  try {
    const tried = await carryOut(tuning.flat(), plan.jobs.virtual)
    const tuned = entrants.map((entrant, index): Tuned => {
      const own = new Set<CompareTask>(tuning[index]!)
      const trials = tried.filter(({ task }) => own.has(task))
      const chosen =
        trials.length === 0
          ? entrant.settings[0]!
          : (chooseSetting(trials.flatMap(triedOf))?.setting ?? null)
      return { entrant, trials, chosen }
    })
    const ready = tuned.flatMap(({ entrant, chosen }) =>
      chosen === null ? [] : [{ entrant, chosen }]
    )
    // The longest first, or one of them would be left to a single core in the end.
    const tasks = ready
      .flatMap(({ entrant, chosen }) => conditionTasks(plan, place, entrant, chosen))
      .toSorted((a, b) => b.condition.peers - a.condition.peers)
    progress.expect(tries + tasks.length)
    // What was stopped while settings were chosen would go on with settings chosen by less.
    const stopped = count(tried, 'open') > 0
    const runs = stopped ? [] : await carryOut(tasks, jobs)
    return {
      tuned,
      runs,
      open: count(tried, 'open') + (stopped ? runsOf(entrants) : count(runs, 'open')),
      failed: count(tried, 'failed') + count(runs, 'failed'),
      finished: count(tried, 'finished') + count(runs, 'finished')
    }
  } finally {
    progress.stop()
  }
}
