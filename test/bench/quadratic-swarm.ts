/** A swarm of quadratics in virtual time, and how long each of its rounds took. */
import { parseScenario } from '../../src/simulation/scenario.ts'
import { runVirtual } from '../../src/simulation/virtual-run.ts'

export interface QuadraticSwarm {
  readonly peers: number
  readonly parameters: number
  readonly localSteps: number
  readonly rounds: number
}

export interface QuadraticTimes {
  /** Until every peer has completed a round: links come up, and the first exchange is a snapshot. */
  readonly firstRoundSeconds: number
  /** All rounds after that. */
  readonly otherSeconds: number
}

/** int4 and four neighbours, diagnostics on; nothing is evaluated before all rounds are done. */
export const runQuadratics = async (swarm: QuadraticSwarm): Promise<QuadraticTimes> => {
  const { peers, parameters, localSteps, rounds } = swarm
  const scenario = parseScenario({
    name: 'quadratics',
    peers,
    model: { name: 'quadratic', parameters },
    data: { name: 'none' },
    training: { learningRate: 0.1, localSteps, steps: localSteps * rounds },
    strategy: { name: 'gossip-averaging' },
    compression: { name: 'int4' },
    topology: { name: 'random-regular', degree: 4 },
    network: { latencyMs: 20, bandwidthMbps: 50 },
    evaluateEvery: rounds + 1
  })
  let began = 0
  let first = 0
  let last = 0
  let begun = 0
  await runVirtual(scenario, {
    signal: new AbortController().signal,
    onStart: async () => {
      began = performance.now()
    },
    onRecord: ({ round }) => {
      last = performance.now()
      if (round === 0 && ++begun === peers) first = last
    },
    onProgress: () => {}
  })
  return { firstRoundSeconds: (first - began) / 1000, otherSeconds: (last - first) / 1000 }
}
