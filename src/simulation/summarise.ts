import { consensusDistance, meanDrift, meanVector } from '../consensus/consensus-distance.ts'
import type { HistoryEntry, PeerDetail, Results } from '../storage/results.ts'
import type { Vector } from '../vector/vector.ts'
import { mean } from './mean.ts'
import type { Scenario } from './scenario.ts'

/** What a run leaves behind, live or virtual, from which results.json is made. */
export interface RunOutcome {
  readonly backend: string
  readonly parameters: number
  readonly interrupted: boolean
  readonly details: readonly PeerDetail[]
  /** Replicas of the peers that finished, and what mixing has added to each. */
  readonly replicas: readonly Vector[]
  readonly mixed: ReadonlyArray<Float64Array<ArrayBuffer>>
  readonly evaluate: (replica: Vector) => { readonly accuracy: number }
  readonly alone: readonly number[] | null
  readonly history: readonly HistoryEntry[]
  readonly socketPerPeer: number | null
  readonly seconds: Results['seconds']
  readonly faults: Results['faults']
}

/** JSON knows no NaN: a diverged run's numbers are null. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

const spread = (values: readonly number[]): { mean: number; worst: number; best: number } => ({
  mean: mean(values),
  worst: Math.min(...values),
  best: Math.max(...values)
})

/** Bytes that each of n peers sends in fp32 ring all-reduce at every step: 2 (n-1)/n 4 d per step. */
export const allReduceBytes = (peers: number, parameters: number, steps: number): number =>
  ((2 * (peers - 1)) / peers) * 4 * parameters * steps

const distinct = (replicas: readonly Vector[]): number =>
  new Set(
    replicas.map((replica) =>
      Buffer.from(replica.buffer, replica.byteOffset, replica.byteLength).toString('latin1')
    )
  ).size

export const summarise = (scenario: Scenario, outcome: RunOutcome): Results => {
  const { details, replicas, mixed, alone } = outcome
  const survivors = details.filter(({ status }) => status === 'finished')
  const accuracies = survivors.flatMap(({ accuracy }) => (accuracy === null ? [] : [accuracy]))
  const losses = survivors.flatMap(({ loss }) => (loss === null ? [] : [loss]))
  const rounds = Math.max(0, ...details.map((detail) => detail.rounds))
  const steps = Math.min(scenario.training.steps, rounds * scenario.training.localSteps)
  const sent = details.map(({ bytesSent }) => bytesSent)
  const sentPerPeer = mean(sent)
  const consensusModel = Float32Array.from(meanVector(replicas))
  const scale = replicas.length === 0 ? 1 : consensusDistance(replicas).meanNorm
  return {
    schema: 'swarmgrad/results/1',
    scenario: scenario.name,
    seed: scenario.seed,
    mode: scenario.mode,
    strategy: scenario.strategy.name,
    peers: scenario.peers,
    rounds,
    interrupted: outcome.interrupted,
    backend: outcome.backend,
    model: { name: scenario.model.name, parameters: outcome.parameters },
    data: { name: scenario.data.name, partition: scenario.data.partition },
    accuracy:
      accuracies.length === 0
        ? null
        : {
            ...spread(accuracies),
            consensusModel: outcome.evaluate(consensusModel).accuracy
          },
    loss:
      losses.length === 0
        ? null
        : { mean: finite(mean(losses)), worst: finite(Math.max(...losses)) },
    alone:
      alone === null
        ? null
        : { accuracy: mean(alone), worst: Math.min(...alone), best: Math.max(...alone) },
    consensus:
      replicas.length === 0
        ? null
        : {
            distance: finite(consensusDistance(replicas).relative),
            meanDrift: finite(meanDrift(mixed) / scale),
            distinctReplicas: distinct(replicas)
          },
    bytes: {
      sentPerPeer,
      sentWorstPeer: Math.max(0, ...sent),
      perPeerPerRound: rounds === 0 ? 0 : sentPerPeer / rounds,
      ratioToAllReduce:
        sentPerPeer === 0
          ? null
          : allReduceBytes(scenario.peers, outcome.parameters, steps) / sentPerPeer,
      socketPerPeer: outcome.socketPerPeer
    },
    seconds: outcome.seconds,
    faults: outcome.faults,
    peersDetail: details.map((detail) => ({ ...detail, alone: alone?.[detail.peer] ?? null })),
    history: [...outcome.history]
  }
}
