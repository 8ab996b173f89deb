import { z } from 'zod'
import type { Problem } from '../../errors.ts'
import { weightingExcept } from '../weighting.ts'

const ms = (least: number) => z.number().min(least).max(3_600_000)

/** What a shard does with the updates that have been counted: docs/strategies/parameter-server.md. */
export const serverOptimizerSchema = z.discriminatedUnion('name', [
  z.strictObject({
    name: z.literal('sgd'),
    /** Share of an update that is taken. */
    rate: z.number().gt(0).max(100).default(1),
    momentum: z.number().min(0).lt(1).default(0)
  }),
  z.strictObject({
    name: z.literal('adam'),
    rate: z.number().gt(0).max(100).default(0.001),
    beta1: z.number().min(0).lt(1).default(0.9),
    beta2: z.number().min(0).lt(1).default(0.999),
    epsilon: z.number().positive().max(1).default(1e-8)
  })
])

export const MAX_SHARDS = 64
export const MAX_REPLICAS = 8

export const serverOptionsSchema = z.strictObject({
  name: z.literal('parameter-server'),
  /** Ranges of the flat vector, each served by peers of its own. Without: as many as there are peers for, 8 at most. */
  shards: z.int().min(1).max(MAX_SHARDS).optional(),
  /** Peers that hold each of them, the primary included. Without: 2, alone 1. */
  replicas: z.int().min(1).max(MAX_REPLICAS).optional(),
  mode: z.enum(['synchronous', 'bounded', 'asynchronous']).default('synchronous'),
  /** Rounds that a peer may be ahead of the slowest one, where the mode is bounded (SSP's s). */
  bound: z.int().min(0).max(1000).default(3),
  /** Factor of an update that is t updates old, where the mode is asynchronous: 1 / (1 + t), 1 / max(1, t), 1. */
  staleness: z.enum(['inverse', 'inverse-from-one', 'none']).default('inverse'),
  /** What an update counts for in the mean of a synchronous round. */
  weighting: weightingExcept({
    staleness: 'old updates count by strategy.staleness, and a synchronous round has none',
    gain: 'a push counts a whole number of examples, or all count alike'
  }).default('samples'),
  server: serverOptimizerSchema.prefault({ name: 'sgd' }),
  /** False: who serves when the swarm begins does not train. */
  serversTrain: z.boolean().default(true),
  /** Silence after which a serving peer is taken for dead; half of it once its link is down. */
  failoverMs: ms(50).default(4000),
  /** How long the others wait for a peer's update before they go on without it. */
  patienceMs: ms(50).default(30_000),
  /** How long a swarm that begins waits for all of its peers. */
  startPatienceMs: ms(0).default(20_000),
  /** How long a shard whose replicas cannot be reached is waited for before it is built anew; null: for ever. */
  rebuildAfterMs: ms(0).nullable().default(60_000)
})

export type ServerOptions = z.output<typeof serverOptionsSchema>
export type ServerOptimizerConfig = ServerOptions['server']

const USUAL_REPLICAS = 2
const MOST_USUAL_SHARDS = 8

/** Shards and replicas of each, as they are where nothing says so. `peers`: of the whole swarm, as planned. */
export const placesOf = (
  { shards, replicas }: Pick<ServerOptions, 'shards' | 'replicas'>,
  peers: number
): { readonly shards: number; readonly replicas: number } => {
  const copies =
    replicas ?? Math.min(USUAL_REPLICAS, Math.max(1, Math.floor(peers / (shards ?? 1))))
  const usual = Math.min(MOST_USUAL_SHARDS, Math.max(1, Math.floor(peers / copies)))
  return { shards: shards ?? usual, replicas: copies }
}

/** Why so few peers cannot serve. */
export const placeProblems = (options: unknown, peers: number): readonly Problem[] => {
  const { data } = serverOptionsSchema.safeParse(options)
  if (data === undefined) return []
  const { shards, replicas } = placesOf(data, peers)
  const needed = shards * replicas
  if (needed <= peers) return []
  return [
    {
      path: data.shards === undefined ? 'strategy.replicas' : 'strategy.shards',
      rule: `shards times replicas must not be above the number of peers: ${shards} x ${replicas} = ${needed}, and there are ${peers}`,
      remedy: `give fewer shards or replicas, or at least ${needed} peers`
    }
  ]
}
