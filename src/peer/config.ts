/** The peer's own document: what its operator chose. docs/simulating.md lists every field. */
import { z } from 'zod'
import { InvalidInputError, type Problem } from '../errors.ts'
import { strategyProblems, withDefaults } from '../strategy/strategy-problems.ts'
import { budgetSchema } from '../swarm/budget.ts'
import { manifestSchema } from '../swarm/manifest.ts'
import { check } from '../swarm/problems.ts'
import { weightsSchema } from '../swarm/recipe.ts'
import { BACKEND_CHOICES } from '../training/backends/candidate.ts'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const

export const peerConfigSchema = z.strictObject({
  manifest: manifestSchema,
  /** Which part of the training data is this peer's, from 0. */
  shard: z.int().min(0),
  listen: z.array(z.string()).min(1).default(['/ip4/0.0.0.0/tcp/0']),
  /** Multiaddrs of other members, each ending in /p2p/<peer id>. */
  peers: z
    .array(z.string().regex(/\/p2p\/[^/]+$/, 'expected a multiaddr that ends in /p2p/<peer id>'))
    .default([]),
  /** Folder for the identity and everything the peer writes. */
  state: z.string().default('state'),
  data: z.strictObject({ path: z.string().nullable().default(null) }).prefault({}),
  weights: weightsSchema,
  /** What this peer computes with; `auto` takes the first that works (`swarmgrad doctor`). */
  backend: z.enum(BACKEND_CHOICES).default('auto'),
  /** What this peer may send, for strategies that can choose; null: what the manifest says. */
  budget: budgetSchema.nullable().default(null),
  /** Rounds between evaluations on the test set. */
  evaluateEvery: z.int().min(1).default(10),
  /** Keep and write what mean drift is measured from (8 bytes a parameter). */
  diagnostics: z.boolean().default(false),
  logLevel: z.enum(LOG_LEVELS).default('info')
})

export type PeerConfig = z.output<typeof peerConfigSchema>

/** The config that `document` describes, or an InvalidInputError with everything wrong with it. */
export const parsePeerConfig = (document: unknown): PeerConfig => {
  const { data: config, problems: found } = check(peerConfigSchema, document)
  if (config === null) throw new InvalidInputError(found)
  const { manifest, shard } = config
  const problems: Problem[] = strategyProblems(manifest.strategy).map(({ path, ...rest }) => ({
    path: `manifest.${path}`,
    ...rest
  }))
  if (shard >= manifest.shards) {
    problems.push({
      path: 'shard',
      rule: `must be below the manifest's ${manifest.shards} shards`,
      remedy: `give a number from 0 to ${manifest.shards - 1}`
    })
  }
  if (problems.length > 0) throw new InvalidInputError(problems)
  return { ...config, manifest: { ...manifest, strategy: withDefaults(manifest.strategy) } }
}
