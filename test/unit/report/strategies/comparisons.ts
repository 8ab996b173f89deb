import type {
  ComparedStrategy,
  Condition,
  ConditionResult
} from '../../../../src/report/strategies/comparison.ts'
import type { Facts } from '../../../../src/report/strategies/contest.ts'
import { intervalOf } from '../../../../src/report/strategies/interval.ts'

export interface Cell {
  /** Accuracy by seed; null: the run failed. */
  readonly quality: ReadonlyArray<number | null>
  /** Sent and waited until the goal, by seed; null: never reached. */
  readonly bytes?: ReadonlyArray<number | null>
  readonly seconds?: ReadonlyArray<number | null>
}

const present = (values: ReadonlyArray<number | null>): number[] =>
  values.flatMap((value) => value ?? [])

export const result = (
  condition: Condition,
  { quality, bytes = quality.map(() => 1e6), seconds = quality.map(() => 10) }: Cell
): ConditionResult => ({
  ...condition,
  runs: quality.map((value, seed) => {
    const [sent, waited] = [bytes[seed] ?? null, seconds[seed] ?? null]
    return {
      seed: seed + 1,
      folder: `runs/${condition.kind}-seed${seed + 1}`,
      failed: value === null ? 'exit code 1' : null,
      quality: value,
      goal: sent === null || waited === null ? null : { bytes: sent, seconds: waited }
    }
  }),
  quality: intervalOf(present(quality)),
  worst: intervalOf(present(quality)),
  bytesPerPeer: intervalOf(present(bytes).map((value) => 2 * value)),
  bytesWorstPeer: intervalOf(present(bytes).map((value) => 3 * value)),
  seconds: intervalOf(present(seconds).map((value) => 2 * value)),
  goalBytes: intervalOf(present(bytes)),
  goalSeconds: intervalOf(present(seconds)),
  curve: []
})

const ASKED: Condition = { kind: 'asked', peers: 8, text: 'as asked', label: 'as asked' }
export const LOSS: Condition = {
  kind: 'loss',
  peers: 8,
  text: '1 % of the frames lost',
  label: '1 % loss'
}
export const CHURN: Condition = {
  kind: 'churn',
  peers: 8,
  text: 'peers that come and go',
  label: 'churn'
}

export const strategy = (
  name: string,
  asked: Cell,
  others: ReadonlyArray<readonly [Condition, Cell]> = []
): ComparedStrategy => ({
  strategy: name,
  label: 'usual',
  learningRate: 0.1,
  localSteps: 8,
  trials: [],
  conditions: [result(ASKED, asked), ...others.map(([condition, cell]) => result(condition, cell))]
})

export const SLOW = { sendMs: 65, computeMs: 40 }
export const FAST = { sendMs: 6, computeMs: 40 }

export const facts = (
  strategies: readonly ComparedStrategy[],
  fields: Partial<Facts> = {}
): Facts => ({
  schema: 'swarmgrad/comparison/1',
  name: 'tiny',
  base: 'simulations/tiny',
  command: ['swarmgrad', 'compare', 'simulations/tiny'],
  mode: 'virtual',
  peers: 8,
  seeds: strategies[0]?.conditions[0]?.runs.map(({ seed }) => seed) ?? [1],
  measure: 'accuracy',
  goal: 0.96,
  pace: SLOW,
  strategies,
  leftOut: [],
  ...fields
})
