/** A swarm of quadratics in virtual time, and how long its rounds took. */
import { parseScenario } from '../../src/simulation/scenario.ts'
import { runVirtual } from '../../src/simulation/virtual-run.ts'
import { processorSeconds } from './stopwatches.ts'

export interface QuadraticSwarm {
  readonly peers: number
  readonly parameters: number
  readonly localSteps: number
  readonly rounds: number
}

/** Seconds on the wall and of the processor. */
export interface Span {
  readonly wall: number
  readonly processor: number
}

export interface QuadraticTimes {
  /** Until every peer has completed a round: links come up, and the first exchange is a snapshot. */
  readonly firstRound: Span
  /** All rounds after that. */
  readonly otherRounds: Span
}

const now = (): Span => ({ wall: performance.now() / 1000, processor: processorSeconds() })

const between = (from: Span, to: Span): Span => ({
  wall: to.wall - from.wall,
  processor: to.processor - from.processor
})

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
  const moments = { start: now(), first: now(), last: now() }
  const left = { first: peers, all: peers * rounds }
  await runVirtual(scenario, {
    signal: new AbortController().signal,
    onStart: async () => {
      moments.start = now()
    },
    onRecord: ({ round }) => {
      if (round === 0 && --left.first === 0) moments.first = now()
      if (--left.all === 0) moments.last = now()
    },
    onProgress: () => {}
  })
  return {
    firstRound: between(moments.start, moments.first),
    otherRounds: between(moments.first, moments.last)
  }
}
