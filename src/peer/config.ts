/** The peer's own document: what its operator chose. docs/peer-config.md lists every field. */
import { z } from 'zod'
import { InvalidInputError, type Problem } from '../errors.ts'
import {
  strategyPeersProblems,
  strategyProblems,
  withDefaults
} from '../strategy/strategy-problems.ts'
import { budgetSchema } from '../swarm/budget.ts'
import { manifestSchema } from '../swarm/manifest.ts'
import { check } from '../swarm/problems.ts'
import { weightsSchema } from '../swarm/recipe.ts'
import { ROLES } from '../swarm/role.ts'
import { sharingProblems } from '../swarm/sharing-problems.ts'
import { BACKEND_CHOICES } from '../training/backends/candidate.ts'
import { parseSchedule } from './schedule.ts'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const

const addressesSchema = z
  .array(z.string().regex(/\/p2p\/[^/]+$/, 'expected a multiaddr that ends in /p2p/<peer id>'))
  .default([])

const httpSchema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  /** Null: 8790 where it is free, else any. */
  port: z.int().min(0).max(65_535).nullable().default(null),
  /** Needed for any address but loopback. */
  token: z.string().min(16).max(200).nullable().default(null)
})

/** Null: no limit of its own. */
const limitsSchema = z.strictObject({
  memoryMiB: z.int().min(64).nullable().default(null),
  diskMiB: z.int().min(1).nullable().default(null),
  /** kilobytes (1000) a second, everything on the sockets included. */
  uploadKBps: z.number().min(1).nullable().default(null),
  downloadKBps: z.number().min(1).nullable().default(null),
  connections: z.int().min(1).max(10_000).default(320),
  /** CPU threads that computing may use, where a backend has a choice. */
  threads: z.int().min(1).max(1024).nullable().default(null)
})

/** How others can reach this peer, and it them. */
const reachSchema = z.strictObject({
  /** outbound: listens nowhere; it calls, and is called only through a relay. */
  mode: z.enum(['auto', 'outbound']).default('auto'),
  /** Multiaddrs that others are told beside those that it listens on: a forwarded port, a name in DNS. */
  announce: z
    .array(z.string().regex(/^\/[!-~]{1,199}$/, 'expected a multiaddr'))
    .max(8)
    .default([]),
  /** Whether it passes on bytes of peers that cannot reach each other; auto: once it is known to be public. */
  relay: z.enum(['auto', 'on', 'off']).default('auto'),
  /** Whether it asks others to relay for it, and punches holes, where strangers cannot dial it. */
  traverse: z.boolean().default(true)
})

/** How others are found beside the addresses that a config, a link or a member names. Null: by the manifest. */
const discoverySchema = z.strictObject({
  /** On the local network. Null: in a swarm whose manifest is signed. */
  mdns: z.boolean().nullable().default(null),
  /** own: swarmgrad's own DHT; public: that of IPFS. Null: own in a swarm whose manifest is signed. */
  dht: z.enum(['own', 'public', 'off']).nullable().default(null)
})

const scheduleSchema = z.strictObject({
  /** Such as ["22:00-07:00"]; local time. */
  train: z
    .array(
      z
        .string()
        .regex(
          /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/,
          'expected HH:MM-HH:MM, such as 22:00-07:00'
        )
    )
    .min(1)
    .max(24)
})

export const peerConfigSchema = z.strictObject({
  manifest: manifestSchema,
  /** Which part of the training data is this peer's, from 0. */
  shard: z.int().min(0).default(0),
  listen: z.array(z.string()).min(1).default(['/ip4/0.0.0.0/tcp/0']),
  /** Multiaddrs of other members that train, each ending in /p2p/<peer id>. */
  peers: addressesSchema,
  /** The same of peers through which others are found, whatever their role. */
  bootstrap: addressesSchema,
  reach: reachSchema.prefault({}),
  discovery: discoverySchema.prefault({}),
  /** The invite of a link, for a swarm that admits by invites. */
  invite: z.string().max(1000).nullable().default(null),
  /** The manifest's signature by its creator, base64url: members that join are given it. */
  signature: z.string().max(200).nullable().default(null),
  /** After a run's end it goes on serving the final model for so long. */
  serveAfterSeconds: z.number().min(0).max(31_536_000).default(0),
  /** Folder for the identity and everything the peer writes. */
  state: z.string().default('state'),
  data: z.strictObject({ path: z.string().nullable().default(null) }).prefault({}),
  weights: weightsSchema,
  /** A safetensors file that the replica begins with; every peer of the swarm needs the same one. */
  initial: z.string().nullable().default(null),
  /** The module that trains a model of kind `custom`: this machine's own code (docs/library.md). */
  trainer: z.string().min(1).nullable().default(null),
  /** observer: follows and evaluates; bootstrap: helps others to find each other, has no replica. */
  role: z.enum(ROLES).default('trainer'),
  /** What this peer computes with; `auto` takes the first that works (`swarmgrad doctor`). */
  backend: z.enum(BACKEND_CHOICES).default('auto'),
  /** What this peer may send, for strategies that can choose; null: what the manifest says. */
  budget: budgetSchema.nullable().default(null),
  /** Rounds between evaluations on the test set. */
  evaluateEvery: z.int().min(1).default(10),
  /** Keep and write what mean drift is measured from (8 bytes a parameter). */
  diagnostics: z.boolean().default(false),
  checkpoint: z
    .strictObject({
      /** Shortest time between two; the last one, at the end, does not wait. */
      everySeconds: z.number().min(1).max(86_400).default(60),
      /** How many are kept. */
      keep: z.int().min(2).max(100).default(2)
    })
    .prefault({}),
  /** How long a peer that is told to stop may take for its last round and checkpoint. */
  graceSeconds: z.number().min(0).max(3600).default(30),
  /** Dashboard, metrics and health over HTTP; null: none. */
  http: httpSchema.nullable().prefault({}),
  limits: limitsSchema.prefault({}),
  /** Local times between which this peer trains; null: always. */
  schedule: scheduleSchema.nullable().default(null),
  logLevel: z.enum(LOG_LEVELS).default('info'),
  logFormat: z.enum(['json', 'pretty']).default('json')
})

export type PeerConfig = z.output<typeof peerConfigSchema>

const scheduleProblems = (schedule: PeerConfig['schedule']): readonly Problem[] => {
  try {
    if (schedule !== null) parseSchedule(schedule.train)
    return []
  } catch (error) {
    if (error instanceof InvalidInputError) return error.problems
    throw error
  }
}

/** The config that `document` describes, or an InvalidInputError with everything wrong with it. */
export const parsePeerConfig = (document: unknown): PeerConfig => {
  const { data: config, problems: found } = check(peerConfigSchema, document)
  if (config === null) throw new InvalidInputError(found)
  const { manifest, shard } = config
  const problems: Problem[] = [
    ...strategyProblems(manifest.strategy),
    ...strategyPeersProblems(manifest.strategy, manifest.shards)
  ].map(({ path, ...rest }) => ({ path: `manifest.${path}`, ...rest }))
  if (shard >= manifest.shards) {
    problems.push({
      path: 'shard',
      rule: `must be below the manifest's ${manifest.shards} shards`,
      remedy: `give a number from 0 to ${manifest.shards - 1}`
    })
  }
  for (const { path, ...rest } of sharingProblems(manifest)) {
    problems.push({ path: `manifest.${path}`, ...rest })
  }
  problems.push(...scheduleProblems(config.schedule))
  if (problems.length > 0) throw new InvalidInputError(problems)
  return { ...config, manifest: { ...manifest, strategy: withDefaults(manifest.strategy) } }
}
