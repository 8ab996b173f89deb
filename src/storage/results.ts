import { z } from 'zod'

/**
 * results.json: one finished run. Fields are added, never renamed; docs/simulating.md explains each. What
 * was added since the first version has a default, so that older files can be read.
 */
const count = z.int().min(0)
const fraction = z.number().min(0).max(1)
/** Null where a diverged run has left no number. */
const finite = z.number().nullable()

export const peerDetailSchema = z.object({
  peer: count,
  /** `finished`, or how a live peer's process ended: `died (SIGKILL)`, `failed (exit code 1)`, `not started`. */
  status: z.string(),
  /** Training rows of the peer's shard. */
  rows: count.nullable(),
  rounds: count,
  accuracy: fraction.nullable(),
  loss: z.number().nullable(),
  /** Test accuracy of the same shard trained alone; null unless asked for. */
  alone: fraction.nullable(),
  bytesSent: count,
  bytesReceived: count,
  /** Frames and bytes sent, by frame kind (docs/protocol.md). */
  sentByKind: z.record(z.string(), z.object({ frames: count, bytes: count })),
  /** Neighbours' parts that had not come when a round's deadline passed. */
  missed: count,
  /** Steps that were left out, because their loss or gradient was not finite. */
  skippedSteps: count.default(0),
  /** Rounds in which the training loss was no number, or above 3 ln(classes). */
  divergedRounds: count.default(0),
  rejected: z.record(z.string(), count),
  /** What the strategy has chosen by itself: alpha, density and the like, as they were at the end. */
  chosen: z.record(z.string(), z.number()).default({}),
  /** Training rows of the shard by class. // [classes] */
  classes: z.array(count).nullable().default(null),
  /** Class of its link (virtual, where the scenario names classes). */
  link: z.string().nullable().default(null),
  /** Virtual duration of one local step. */
  stepMs: z.number().nullable().default(null),
  /** Hexadecimal hash of the replica at the end, by strategies whose replicas can be equal; else null. */
  replicaHash: z.string().nullable().default(null)
})

export const historyEntrySchema = z.object({
  round: count,
  /** Mean over the peers, of their training loss in this round. */
  loss: z.number().nullable(),
  accuracy: z.object({ mean: fraction, worst: fraction, best: fraction }).nullable(),
  /** Relative consensus distance after this round; null in live runs, where replicas stay put. */
  distance: z.number().nullable(),
  /** Mean over the peers, since the start. */
  bytesSent: z.number(),
  /** Mean over the peers of the moment of this round's end; null in files of the first version. */
  atMs: z.number().nullable().default(null),
  /** Over the peers that were evaluated; `worst` is the largest. */
  testLoss: z.object({ mean: finite, worst: finite, best: finite }).nullable().default(null)
})

/** Something that befell a peer, or (peer null) the network. */
export const faultEntrySchema = z.object({
  atMs: z.number(),
  peer: count.nullable(),
  event: z.enum(['joined', 'left', 'crashed', 'returned', 'partitioned', 'healed']),
  /** A return: what the peer still had. A partition: who was on which side. */
  detail: z.string().nullable()
})

/** The edges that exchanged at some moment. */
export const graphEntrySchema = z.object({
  atMs: z.number().nullable(),
  round: count,
  /** Pairs of peers, the smaller number first. */
  edges: z.array(z.tuple([count, count])).max(100_000)
})

export const BASELINES = ['alone', 'centralised', 'all-reduce'] as const

export const baselineSchema = z.object({
  name: z.enum(BASELINES),
  /** On the test set, over its replicas (`alone` has one for each peer, the others one in all). */
  accuracy: z.object({ mean: fraction, worst: fraction, best: fraction }).nullable(),
  loss: z.object({ mean: finite, worst: finite, best: finite }),
  learningRate: z.number(),
  /** What the validation split said of every rate tried; empty: not tuned, the scenario's own rate. */
  grid: z.array(
    z.object({ learningRate: z.number(), accuracy: fraction.nullable(), loss: finite })
  ),
  /** Not measured: what the method would send, by its formula. */
  bytesPerPeer: z.number()
})

export const resultsSchema = z.object({
  schema: z.literal('swarmgrad/results/1'),
  scenario: z.string(),
  seed: count,
  mode: z.enum(['live', 'virtual']),
  strategy: z.string(),
  peers: count,
  rounds: count,
  /** True when the run was stopped by hand: the figures are those of the moment. */
  interrupted: z.boolean(),
  backend: z.string(),
  model: z.object({ name: z.string(), parameters: count }),
  data: z.object({ name: z.string(), partition: z.looseObject({ kind: z.string() }) }),
  accuracy: z
    .object({
      mean: fraction,
      worst: fraction,
      best: fraction,
      consensusModel: fraction
    })
    .nullable(),
  loss: z.object({ mean: finite, worst: finite }).nullable(),
  alone: z.object({ accuracy: fraction, worst: fraction, best: fraction }).nullable(),
  /** Relative to the norm of the replicas' mean. */
  consensus: z
    .object({
      distance: finite,
      meanDrift: finite,
      distinctReplicas: count,
      /** Distance at the start, in the units of the parameters; null unless replicas begin apart. */
      initial: finite.default(null),
      /** Rounds until `until.distance` was reached; null: it was not, or was not asked for. */
      roundsToGoal: count.nullable().default(null),
      /** Model averaging: the factor a round shrinks the distance by, and what the graph promises. */
      rate: finite.default(null),
      predictedRate: finite.default(null)
    })
    .nullable(),
  bytes: z.object({
    sentPerPeer: z.number(),
    sentWorstPeer: count,
    perPeerPerRound: z.number(),
    /** Ring all-reduce in fp32 at every local step, over what was sent; null when nothing was. */
    ratioToAllReduce: z.number().nullable(),
    socketPerPeer: z.number().nullable()
  }),
  seconds: z.object({
    wall: z.number(),
    virtual: z.number().nullable(),
    /** Sum over the peers of the time spent on jobs (local steps, encoding, mixing). */
    compute: z.number()
  }),
  faults: z.object({
    injected: z.record(z.string(), count),
    observed: z.record(z.string(), count),
    log: z.array(faultEntrySchema).max(10_000).default([])
  }),
  peersDetail: z.array(peerDetailSchema),
  history: z.array(historyEntrySchema),
  /** The command line that made this run. */
  command: z.array(z.string()).default([]),
  /** The whole scenario, defaults and overrides filled in. */
  document: z.record(z.string(), z.unknown()).nullable().default(null),
  /** The mean of the replicas on the rows that `data.validation` kept aside. */
  validation: z.object({ accuracy: fraction.nullable(), loss: finite }).nullable().default(null),
  /** Test rows by label and by the prediction of the mean of the replicas. // [classes][classes] */
  confusion: z.array(z.array(count)).nullable().default(null),
  baselines: z.array(baselineSchema).default([]),
  graphs: z.array(graphEntrySchema).max(1000).default([])
})

export type Results = z.output<typeof resultsSchema>
export type PeerDetail = z.output<typeof peerDetailSchema>
export type HistoryEntry = z.output<typeof historyEntrySchema>
export type FaultEntry = z.output<typeof faultEntrySchema>
export type GraphEntry = z.output<typeof graphEntrySchema>
export type Baseline = z.output<typeof baselineSchema>
export type BaselineName = Baseline['name']
