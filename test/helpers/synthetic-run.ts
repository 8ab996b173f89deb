/** A made-up run with everything that a report shows: churn, a partition, baselines, slow peers. */
import { seeded } from '../../src/random.ts'
import type { Baseline, FaultEntry, PeerDetail, Results } from '../../src/storage/results.ts'
import type { RoundRecord } from '../../src/storage/round-record.ts'

const CLASSES = 10
const EVALUATE_EVERY = 5
const STEPS = 8
const BYTES_PER_ROUND = 210_000
const FULL = 101_770

export interface SyntheticRun {
  readonly results: Results
  readonly records: readonly RoundRecord[]
}

export interface SyntheticOptions {
  readonly peers?: number
  readonly rounds?: number
  readonly seed?: number
  /** Accuracy that the swarm comes to. */
  readonly ceiling?: number
  readonly compression?: 'int4' | 'none'
}

/** Peers 0 to 2 hold the first, the third and the last place in what befalls the swarm. */
const logOf = (endMs: number, peers: number): readonly FaultEntry[] => [
  { atMs: 0.12 * endMs, peer: 2, event: 'joined', detail: null },
  { atMs: 0.3 * endMs, peer: 5, event: 'crashed', detail: null },
  { atMs: 0.42 * endMs, peer: 5, event: 'returned', detail: 'kept' },
  { atMs: 0.55 * endMs, peer: null, event: 'partitioned', detail: '0-3 | 4-7' },
  { atMs: 0.68 * endMs, peer: null, event: 'healed', detail: '0-3 | 4-7' },
  { atMs: 0.8 * endMs, peer: peers - 1, event: 'left', detail: null }
]

const baseline = (name: Baseline['name'], accuracy: number, bytesPerPeer: number): Baseline => ({
  name,
  accuracy: { mean: accuracy, worst: accuracy - 0.04, best: accuracy + 0.03 },
  loss: { mean: 1.2 - accuracy, worst: 1.4 - accuracy, best: 1.15 - accuracy },
  learningRate: 0.2,
  grid: [0.1, 0.2, 0.4].map((learningRate) => ({ learningRate, accuracy, loss: 1.2 - accuracy })),
  bytesPerPeer
})

const isAway = (log: readonly FaultEntry[], peer: number, atMs: number): boolean => {
  const own = log.filter((entry) => entry.peer === peer)
  const last = own.filter((entry) => entry.atMs <= atMs).at(-1)
  if (last === undefined) return own[0]?.event === 'joined'
  return last.event === 'left' || last.event === 'crashed'
}

/** One after another, as each peer's own pace lets it: peer 3 is four times slower. */
const recordsOf = (
  peers: number,
  rounds: number,
  seed: number,
  ceiling: number,
  log: readonly FaultEntry[],
  roundMs: number
): readonly RoundRecord[] => {
  const random = seeded(seed).fork('records')
  const records = Array.from({ length: peers }, (_, peer) => {
    const own = random.fork(peer)
    const computeMs = roundMs * (peer === 3 ? 0.8 : 0.2 + 0.05 * (peer % 8))
    let round = 0
    return Array.from({ length: rounds }, (_, turn): RoundRecord | null => {
      const atMs = (turn + 0.9 + 0.1 * own.next()) * roundMs
      if (isAway(log, peer, atMs)) return null
      const progress = 1 - Math.exp((-5 * turn) / rounds)
      const accuracy = 0.1 + (ceiling - 0.1) * progress - 0.02 * own.next() - 0.002 * peer
      const evaluated = round % EVALUATE_EVERY === 0
      return {
        peer,
        round: round++,
        atMs,
        loss: 2.3 * (1 - 0.95 * progress) * (1 + 0.15 * own.normal()),
        accuracy: evaluated ? accuracy : null,
        testLoss: evaluated ? 2.4 * (1 - 0.9 * accuracy) : null,
        heard: 4,
        missed: peer === 3 ? 1 : 0,
        bytesSent: round * BYTES_PER_ROUND,
        bytesReceived: round * BYTES_PER_ROUND,
        computeMs: computeMs * (0.9 + 0.2 * own.next()),
        exchangeMs: 0.06 * roundMs
      }
    }).filter((record) => record !== null)
  })
  return records.flat().sort((a, b) => a.atMs - b.atMs)
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

const historyOf = (records: readonly RoundRecord[], rounds: number): Results['history'] =>
  Array.from({ length: rounds }, (_, round) => {
    const own = records.filter((record) => record.round === round)
    const accuracies = own.flatMap(({ accuracy }) => accuracy ?? [])
    const losses = own.flatMap(({ testLoss }) => testLoss ?? [])
    const evaluated = accuracies.length > 0
    const split = round > 0.55 * rounds && round < 0.68 * rounds
    return {
      round,
      loss: mean(own.map(({ loss }) => loss ?? 0)),
      accuracy: evaluated
        ? { mean: mean(accuracies), worst: Math.min(...accuracies), best: Math.max(...accuracies) }
        : null,
      distance: evaluated ? 0.4 * Math.exp((-6 * round) / rounds) * (split ? 5 : 1) : null,
      bytesSent: mean(own.map(({ bytesSent }) => bytesSent)),
      atMs: mean(own.map(({ atMs }) => atMs)),
      testLoss: evaluated
        ? { mean: mean(losses), worst: Math.max(...losses), best: Math.min(...losses) }
        : null
    }
  }).filter(({ bytesSent }) => !Number.isNaN(bytesSent))

const graphsOf = (
  peers: number,
  rounds: number,
  seed: number,
  log: readonly FaultEntry[],
  roundMs: number
): Results['graphs'] => {
  const random = seeded(seed).fork('graphs')
  return Array.from({ length: 6 }, (_, index) => {
    const round = Math.floor((index * rounds) / 6)
    const atMs = round * roundMs
    const edges: Array<[number, number]> = []
    for (let a = 0; a < peers; a++) {
      for (let b = a + 1; b < peers; b++) {
        const split = atMs > 0.55 * rounds * roundMs && atMs < 0.68 * rounds * roundMs
        if (isAway(log, a, atMs) || isAway(log, b, atMs)) continue
        if (split && a < peers / 2 !== b < peers / 2) continue
        if (random.next() < 4 / (peers - 1)) edges.push([a, b])
      }
    }
    return { atMs, round, edges }
  })
}

const detailsOf = (records: readonly RoundRecord[], peers: number, seed: number): PeerDetail[] => {
  const random = seeded(seed).fork('shards')
  return Array.from({ length: peers }, (_, peer) => {
    const own = records.filter((record) => record.peer === peer)
    const classes = Array.from({ length: CLASSES }, () => Math.floor(400 * random.next() ** 4))
    const bytes = own.at(-1)?.bytesSent ?? 0
    return {
      peer,
      status: peer === peers - 1 ? 'left' : 'finished',
      rows: classes.reduce((sum, count) => sum + count, 0),
      rounds: own.length,
      accuracy: own.findLast(({ accuracy }) => accuracy !== null)?.accuracy ?? null,
      loss: own.findLast(({ testLoss }) => testLoss !== null)?.testLoss ?? null,
      alone: 0.4 + 0.02 * peer,
      bytesSent: bytes,
      bytesReceived: bytes,
      sentByKind: {
        0: { frames: 40, bytes: 920 },
        1: { frames: 4 + peer, bytes: 37 * (4 + peer) },
        2: { frames: 6, bytes: 180 },
        3: { frames: 6, bytes: 156 },
        4: { frames: own.length * 4, bytes }
      },
      missed: own.reduce((sum, { missed }) => sum + missed, 0),
      skippedSteps: 0,
      divergedRounds: 0,
      rejected: {},
      chosen: {},
      replicaHash: null,
      classes,
      link: ['fibre', 'home', 'mobile'][peer % 3]!,
      stepMs: peer === 3 ? 20 : 5
    }
  })
}

/** Mostly right; what is confused is confused with the classes beside. */
const confusionOf = (): number[][] =>
  Array.from({ length: CLASSES }, (_, label) =>
    Array.from({ length: CLASSES }, (_, predicted) => {
      const apart = Math.abs(label - predicted)
      return apart === 0 ? 180 + label : apart === 1 ? 6 + label : apart === 4 ? 3 : 0
    })
  )

/** At least 8 peers. The same options give the same run. */
export const syntheticRun = (options: SyntheticOptions = {}): SyntheticRun => {
  const { peers = 8, rounds = 120, seed = 1, ceiling = 0.97, compression = 'int4' } = options
  const roundMs = 200
  const endMs = rounds * roundMs
  const log = logOf(endMs, peers)
  const records = recordsOf(peers, rounds, seed, ceiling, log, roundMs)
  const peersDetail = detailsOf(records, peers, seed)
  const accuracies = peersDetail.flatMap(({ accuracy }) => accuracy ?? [])
  const sent = peersDetail.map(({ bytesSent }) => bytesSent)
  const allReduce = ((2 * (peers - 1)) / peers) * 4 * FULL * rounds * STEPS
  const results: Results = {
    schema: 'swarmgrad/results/1',
    scenario: 'synthetic',
    seed,
    mode: 'virtual',
    strategy: 'gossip-averaging',
    peers,
    rounds,
    interrupted: false,
    backend: 'wasm',
    model: { name: 'mlp', parameters: FULL },
    data: { name: 'glyphs', partition: { kind: 'dirichlet', alpha: 0.1 } },
    accuracy: {
      mean: mean(accuracies),
      worst: Math.min(...accuracies),
      best: Math.max(...accuracies),
      consensusModel: Math.max(...accuracies)
    },
    loss: { mean: 0.31, worst: 0.35 },
    alone: { accuracy: 0.47, worst: 0.4, best: 0.54 },
    consensus: {
      distance: 9.9e-4,
      meanDrift: 2.7e-16,
      distinctReplicas: peers,
      initial: null,
      roundsToGoal: null,
      rate: null,
      predictedRate: null
    },
    bytes: {
      sentPerPeer: mean(sent),
      sentWorstPeer: Math.max(...sent),
      perPeerPerRound: mean(sent) / rounds,
      ratioToAllReduce: allReduce / mean(sent),
      socketPerPeer: null
    },
    seconds: { wall: 31.2, virtual: endMs / 1000, compute: 25 },
    faults: {
      injected: { crashes: 1, partitions: 1 },
      observed: { missedParts: 120 },
      log: [...log]
    },
    peersDetail,
    history: historyOf(records, rounds),
    command: ['swarmgrad', 'simulate', 'simulations/synthetic', '--set', "name=it's made up"],
    document: {
      name: 'synthetic',
      seed,
      mode: 'virtual',
      peers,
      model: { name: 'mlp', hidden: [128] },
      training: { learningRate: 0.2, batch: 32, localSteps: STEPS, steps: rounds * STEPS },
      strategy: { name: 'gossip-averaging', slowMomentum: 0.8 },
      compression: { name: compression },
      topology: { name: 'random-regular', degree: 4, lifetime: 20 }
    },
    validation: { accuracy: ceiling - 0.01, loss: 0.33 },
    confusion: confusionOf(),
    baselines: [
      baseline('alone', 0.47, 0),
      baseline('centralised', 0.965, 0),
      baseline('all-reduce', 0.962, allReduce)
    ],
    graphs: graphsOf(peers, rounds, seed, log, roundMs)
  }
  return { results, records }
}
