/** The swarm that is trained: small enough for twelve of it on one machine. */

/** Rounds of a run that goes on until it is told to stop. */
export const ENDLESS = 1_000_000

export interface Course {
  /** Members that are expected. */
  readonly peers: number
  readonly rounds: number
  /** Least duration of a round. */
  readonly intervalMs: number
  readonly topology?: Readonly<Record<string, unknown>>
}

const LOCAL_STEPS = 8

/** For `swarm create --from`: the quickstart's digits and model, on parts of one data set. */
export const scenarioOf = ({
  peers,
  rounds,
  intervalMs,
  topology = { name: 'random-regular', degree: 4, lifetime: 50 }
}: Course): Readonly<Record<string, unknown>> => ({
  name: 'hosts',
  seed: 1,
  peers,
  model: { name: 'mlp', hidden: [32] },
  data: { name: 'glyphs', partition: { kind: 'iid' } },
  training: {
    optimizer: { name: 'sgd', momentum: 0 },
    learningRate: 0.2,
    schedule: 'constant',
    batch: 16,
    localSteps: LOCAL_STEPS,
    steps: rounds * LOCAL_STEPS
  },
  strategy: { name: 'delta-set', intervalMs },
  topology,
  evaluateEvery: 20
})
