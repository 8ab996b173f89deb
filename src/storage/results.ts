import { z } from 'zod'

/** results.json: one finished run. Fields are added, never renamed; docs/simulating.md explains each. */
const count = z.int().min(0)
const fraction = z.number().min(0).max(1)
/** Null where a diverged run has left no number. */
const finite = z.number().nullable()

export const peerDetailSchema = z.strictObject({
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
  sentByKind: z.record(z.string(), z.strictObject({ frames: count, bytes: count })),
  /** Neighbours' parts that had not come when a round's deadline passed. */
  missed: count,
  rejected: z.record(z.string(), count)
})

export const historyEntrySchema = z.strictObject({
  round: count,
  /** Mean over the peers, of their training loss in this round. */
  loss: z.number().nullable(),
  accuracy: z.strictObject({ mean: fraction, worst: fraction, best: fraction }).nullable(),
  /** Relative consensus distance after this round; null in live runs, where replicas stay put. */
  distance: z.number().nullable(),
  /** Mean over the peers, since the start. */
  bytesSent: z.number()
})

export const resultsSchema = z.strictObject({
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
  model: z.strictObject({ name: z.string(), parameters: count }),
  data: z.strictObject({ name: z.string(), partition: z.looseObject({ kind: z.string() }) }),
  accuracy: z
    .strictObject({
      mean: fraction,
      worst: fraction,
      best: fraction,
      consensusModel: fraction
    })
    .nullable(),
  loss: z.strictObject({ mean: finite, worst: finite }).nullable(),
  alone: z.strictObject({ accuracy: fraction, worst: fraction, best: fraction }).nullable(),
  /** Relative to the norm of the replicas' mean. */
  consensus: z
    .strictObject({ distance: finite, meanDrift: finite, distinctReplicas: count })
    .nullable(),
  bytes: z.strictObject({
    sentPerPeer: z.number(),
    sentWorstPeer: count,
    perPeerPerRound: z.number(),
    /** Ring all-reduce in fp32 at every local step, over what was sent; null when nothing was. */
    ratioToAllReduce: z.number().nullable(),
    socketPerPeer: z.number().nullable()
  }),
  seconds: z.strictObject({
    wall: z.number(),
    virtual: z.number().nullable(),
    /** Sum over the peers of the time spent on jobs (local steps, encoding, mixing). */
    compute: z.number()
  }),
  faults: z.strictObject({
    injected: z.record(z.string(), count),
    observed: z.record(z.string(), count)
  }),
  peersDetail: z.array(peerDetailSchema),
  history: z.array(historyEntrySchema)
})

export type Results = z.output<typeof resultsSchema>
export type PeerDetail = z.output<typeof peerDetailSchema>
export type HistoryEntry = z.output<typeof historyEntrySchema>
