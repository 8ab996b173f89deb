/**
 * The baselines that a scenario asks for, on worker threads beside whatever else the machine does:
 * what its peers would have learnt alone, on all rows in one place, or with all-reduce at every step.
 */
import { availableParallelism } from 'node:os'
import { BASELINES, type Baseline } from '../../storage/results.ts'
import { recipeOfScenario, type Scenario } from '../scenario.ts'
import { runBaseline } from './baseline.ts'
import type { ThreadSetup } from './jobs.ts'
import { Pool } from './pool.ts'
import { Stages } from './stages.ts'

/** Share of the training rows that tuning holds out where the scenario holds out none. */
const TUNING_VALIDATION = 0.1

export interface BaselineOptions {
  /** `stage` is a baseline's name; `done` is 0..1 of it. One stage ends before the next is shown. */
  readonly onProgress: (stage: string, done: number) => void
  /** Ends the threads. */
  readonly signal: AbortSignal
  /** The most at a time; changes no bit of the outcome. @default as many as the machine runs at once */
  readonly threads?: number
}

export interface BaselineOutcome {
  /** In the order of BASELINES. */
  readonly baselines: readonly Baseline[]
  /** Test accuracy of each shard trained alone; null unless asked for, or without classes. */
  readonly alone: readonly number[] | null
}

const setupOf = (scenario: Scenario): ThreadSetup => {
  const recipe = recipeOfScenario(scenario)
  const data = { ...recipe.data, validation: recipe.data.validation || TUNING_VALIDATION }
  const own = {
    recipe,
    dataPath: scenario.data.path,
    weightsPath: scenario.weights.path,
    shards: scenario.peers,
    backend: scenario.backend
  }
  return { own, tuning: { ...own, recipe: { ...recipe, data } } }
}

/** None where there is nothing to choose from but the scenario's own rate. */
const factorsOf = ({ tuning }: Scenario): readonly number[] => {
  const factors = [...new Set(tuning?.factors ?? [])]
  return factors.length === 1 && factors[0] === 1 ? [] : factors
}

/** Null when `signal` ends it early. */
export const runBaselines = async (
  scenario: Scenario,
  { onProgress, signal, threads = availableParallelism() }: BaselineOptions
): Promise<BaselineOutcome | null> => {
  // The most urgent first, as the pool has it: they are asked for, and shown, in this order.
  const names = BASELINES.filter((name) => scenario.baselines.includes(name)).toReversed()
  if (signal.aborted) return null
  const pool = new Pool(setupOf(scenario), Math.max(1, threads))
  const stop = (): void => void pool.end()
  signal.addEventListener('abort', stop, { once: true })
  const stages = new Stages(names, onProgress)
  const { steps, learningRate } = scenario.training
  try {
    const runs = await Promise.all(
      names.map((name) =>
        runBaseline({
          name,
          peers: scenario.peers,
          steps,
          learningRate,
          factors: factorsOf(scenario),
          run: pool.run,
          onProgress: (done) => stages.report(name, done)
        })
      )
    )
    return {
      baselines: runs.map(({ baseline }) => baseline).toReversed(),
      alone: runs.find(({ baseline }) => baseline.name === 'alone')?.accuracies ?? null
    }
  } catch (error) {
    if (signal.aborted) return null
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
    await pool.end()
  }
}
