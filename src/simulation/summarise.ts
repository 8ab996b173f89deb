import { consensusDistance, meanDrift, meanVector } from '../consensus/consensus-distance.ts'
import type { GraphEntry, HistoryEntry, PeerDetail, Results } from '../storage/results.ts'
import { STRATEGIES } from '../strategy/registry.ts'
import { roundsOf } from '../swarm/recipe.ts'
import type { Evaluation } from '../training/evaluate.ts'
import type { Vector } from '../vector/vector.ts'
import { allReduceBytes } from './baselines/bytes.ts'
import type { BaselineOutcome } from './baselines/run-baselines.ts'
import { distinctReplicas } from './distinct-replicas.ts'
import { finite, mean, spread } from './mean.ts'
import { measuredRate, plainRate } from './mixing-rate.ts'
import type { Scenario } from './scenario.ts'

/** What a run leaves behind, live or virtual, from which results.json is made. */
export interface RunOutcome {
  readonly backend: string
  readonly parameters: number
  readonly interrupted: boolean
  readonly details: readonly PeerDetail[]
  /** Replicas of the peers that finished, and what mixing has added to each peer's. */
  readonly replicas: readonly Vector[]
  readonly mixed: ReadonlyArray<Float64Array<ArrayBuffer>>
  /** On the test set, and on what `data.validation` keeps aside (null without). */
  readonly evaluate: (replica: Vector) => Evaluation
  readonly validate: ((replica: Vector) => Evaluation) | null
  readonly baselines: BaselineOutcome | null
  readonly history: readonly HistoryEntry[]
  readonly socketPerPeer: number | null
  readonly seconds: Results['seconds']
  readonly faults: Results['faults']
  /** Distance at the start, and rounds until the scenario's goal; null where there was none. */
  readonly initialDistance: number | null
  readonly roundsToGoal: number | null
  readonly graphs: readonly GraphEntry[]
}

const rowsOf = ({ confusion }: Evaluation): number[][] | null => {
  if (confusion === null) return null
  const classes = Math.sqrt(confusion.length)
  return Array.from({ length: classes }, (_, label) => [
    ...confusion.subarray(label * classes, (label + 1) * classes)
  ])
}

const consensusOf = (scenario: Scenario, outcome: RunOutcome): Results['consensus'] => {
  const { replicas, mixed } = outcome
  if (replicas.length === 0) return null
  const { relative, meanNorm } = consensusDistance(replicas)
  const averaging = scenario.model.name === 'averaging'
  return {
    distance: finite(relative),
    // Where the replicas diverged there is nothing to measure a drift by.
    meanDrift: Number.isFinite(relative)
      ? finite(meanDrift(mixed) / (meanNorm === 0 ? 1 : meanNorm))
      : null,
    distinctReplicas: distinctReplicas(replicas),
    initial: outcome.initialDistance,
    roundsToGoal: outcome.roundsToGoal,
    rate: averaging ? measuredRate(outcome.history) : null,
    predictedRate:
      averaging && STRATEGIES[scenario.strategy.name]!.mixes
        ? plainRate(scenario.topology, scenario.peers, scenario.seed)
        : null
  }
}

const bytesOf = (scenario: Scenario, outcome: RunOutcome, rounds: number): Results['bytes'] => {
  const { details, parameters, socketPerPeer } = outcome
  const sent = details.map(({ bytesSent }) => bytesSent)
  const sentPerPeer = mean(sent)
  const { steps, localSteps } = scenario.training
  const taken = Math.min(steps, rounds * localSteps)
  return {
    sentPerPeer,
    sentWorstPeer: sent.reduce((most, bytes) => Math.max(most, bytes), 0),
    perPeerPerRound: rounds === 0 ? 0 : sentPerPeer / rounds,
    ratioToAllReduce:
      sentPerPeer === 0 ? null : allReduceBytes(scenario.peers, parameters, taken) / sentPerPeer,
    socketPerPeer
  }
}

const present = (values: ReadonlyArray<number | null>): number[] =>
  values.filter((value) => value !== null)

/** The scenario without what is this machine's own affair: where its files lie. */
const portable = (scenario: Scenario): Scenario => ({
  ...scenario,
  data: { ...scenario.data, path: null },
  weights: { path: null }
})

/** A peer that has lost its state counts rounds that it does again, so its count may be too large. */
const lastRoundOf = ({ training }: Scenario, { details, history }: RunOutcome): number =>
  Math.min(
    roundsOf(training),
    Math.max(
      (history.at(-1)?.round ?? -1) + 1,
      details.reduce((most, { rounds }) => Math.max(most, rounds), 0)
    )
  )

export const summarise = (
  scenario: Scenario,
  outcome: RunOutcome,
  command: readonly string[]
): Results => {
  const { details, replicas, baselines, faults } = outcome
  const survivors = details.filter(({ status }) => status === 'finished')
  const accuracies = present(survivors.map(({ accuracy }) => accuracy))
  const losses = present(survivors.map(({ loss }) => loss))
  const rounds = lastRoundOf(scenario, outcome)
  const consensusModel = replicas.length === 0 ? null : Float32Array.from(meanVector(replicas))
  const test = consensusModel && outcome.evaluate(consensusModel)
  const validation = consensusModel && (outcome.validate?.(consensusModel) ?? null)
  const alone = baselines?.alone ?? null
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
      accuracies.length === 0 || test === null || test.accuracy === null
        ? null
        : { ...spread(accuracies), consensusModel: test.accuracy },
    loss:
      losses.length === 0
        ? null
        : { mean: finite(mean(losses)), worst: finite(Math.max(...losses)) },
    alone:
      alone === null
        ? null
        : { accuracy: mean(alone), worst: Math.min(...alone), best: Math.max(...alone) },
    consensus: consensusOf(scenario, outcome),
    bytes: bytesOf(scenario, outcome, rounds),
    seconds: outcome.seconds,
    faults,
    peersDetail: details.map((detail) => ({ ...detail, alone: alone?.[detail.peer] ?? null })),
    history: [...outcome.history],
    command: [...command],
    document: portable(scenario),
    validation: validation && { accuracy: validation.accuracy, loss: finite(validation.loss) },
    confusion: test && rowsOf(test),
    baselines: [...(baselines?.baselines ?? [])],
    graphs: [...outcome.graphs]
  }
}
