/** What may befall the peers of a virtual swarm. All times are virtual milliseconds from the start. */
import { z } from 'zod'

const at = z.number().min(0).max(1e12)
const peer = z.int().min(0)
const peers = z.array(peer).min(1)

export const faultSchema = z.discriminatedUnion('kind', [
  /** The peers come only then. */
  z.strictObject({ kind: z.literal('join'), peers, atMs: at }),
  /** The peers part cleanly, and may come back with their replica. */
  z.strictObject({
    kind: z.literal('leave'),
    peers,
    atMs: at,
    returnMs: at.nullable().default(null)
  }),
  /** The peers stop without a word, and may come back with the replica they had, or without. */
  z.strictObject({
    kind: z.literal('crash'),
    peers,
    atMs: at,
    returnMs: at.nullable().default(null),
    state: z.enum(['kept', 'lost']).default('kept')
  }),
  /** Peers go and come back again and again, after exponentially distributed times. */
  z.strictObject({
    kind: z.literal('churn'),
    /** Null: all peers. */
    peers: peers.nullable().default(null),
    meanUpMs: z.number().gt(0).max(1e12),
    meanAwayMs: z.number().gt(0).max(1e12),
    /** Share of the goings that are crashes; the others part cleanly. */
    crashes: z.number().min(0).max(1).default(0.5),
    /** Share of the crashes that lose the replica. */
    losses: z.number().min(0).max(1).default(0),
    fromMs: at.default(0),
    toMs: at.nullable().default(null)
  }),
  /** No frame passes between the groups; peers that are not listed form one more. */
  z.strictObject({
    kind: z.literal('partition'),
    groups: z.array(peers).min(1),
    fromMs: at,
    toMs: at.nullable().default(null)
  })
])

export type Fault = z.output<typeof faultSchema>
