/** A scenario: what `swarmgrad simulate` runs; docs/simulating.md lists every field. */
import { z } from 'zod'
import { topologyProblems } from '../consensus/topologies.ts'
import { InvalidInputError, type Problem } from '../errors.ts'
import { strategyProblems, withDefaults } from '../strategy/strategy-problems.ts'
import { check } from '../swarm/problems.ts'
import { dataSchema, nameSchema, type Recipe, recipeShape } from '../swarm/recipe.ts'

/** Every live peer is a process of its own. */
const MAX_LIVE_PEERS = 64

export const scenarioSchema = z.strictObject({
  name: nameSchema,
  mode: z.enum(['live', 'virtual']).default('virtual'),
  peers: z.int().min(1).max(10_000),
  ...recipeShape,
  data: dataSchema.extend({
    /** Folder of the dataset's files; null for the built-in one. */
    path: z.string().min(1).nullable().default(null)
  }),
  network: z
    .strictObject({
      /** One way. */
      latencyMs: z.number().min(0).max(60_000).default(20),
      /** Uplink of each peer. */
      bandwidthMbps: z.number().gt(0).max(1e6).default(50),
      /** Probability that a frame is lost and breaks its link. */
      loss: z.number().min(0).max(0.5).default(0)
    })
    .prefault({}),
  /** Virtual duration of one local step. */
  stepMs: z.number().min(0).max(3_600_000).default(5),
  faults: z.array(z.never('no fault can be injected by this version')).default([]),
  attackers: z.array(z.never('no attacker can be added by this version')).default([]),
  baselines: z.array(z.enum(['alone'])).default([]),
  /** Rounds between evaluations on the test set. */
  evaluateEvery: z.int().min(1).default(10)
})

export type Scenario = z.output<typeof scenarioSchema>

export const recipeOfScenario = (scenario: Scenario): Recipe => {
  const { seed, model, data, training, strategy, compression, topology } = scenario
  const { path: _path, ...dataRecipe } = data
  return { seed, model, data: dataRecipe, training, strategy, compression, topology }
}

/** A rule that joins fields. It is looked at whenever its own fields are right, whatever else is not. */
const rule =
  <T>(fields: z.ZodType<T>, problemsIn: (values: T) => readonly Problem[]) =>
  (document: unknown): readonly Problem[] => {
    const parsed = fields.safeParse(document)
    return parsed.success ? problemsIn(parsed.data) : []
  }

const RULES = [
  rule(scenarioSchema.pick({ strategy: true }).strip(), ({ strategy }) =>
    strategyProblems(strategy)
  ),
  rule(scenarioSchema.pick({ topology: true, peers: true }).strip(), ({ topology, peers }) =>
    topologyProblems(topology, peers)
  ),
  rule(scenarioSchema.pick({ mode: true, peers: true }).strip(), ({ mode, peers }) =>
    mode === 'virtual' || peers <= MAX_LIVE_PEERS
      ? []
      : [
          {
            path: 'peers',
            rule: `a live run starts one process for each peer, ${MAX_LIVE_PEERS} at most, not ${peers}`,
            remedy: 'give fewer peers, or run it in virtual time with --virtual'
          }
        ]
  ),
  rule(scenarioSchema.pick({ data: true }).strip(), ({ data }) =>
    data.name !== 'glyphs' || data.path === null
      ? []
      : [
          {
            path: 'data.path',
            rule: 'must be null for glyphs, which is built in and reads no files',
            remedy: 'remove it, or choose another dataset: data.name'
          }
        ]
  )
]

/** The scenario that `document` describes, or an InvalidInputError with everything wrong with it. */
export const parseScenario = (document: unknown): Scenario => {
  const { data, problems } = check(scenarioSchema, document)
  const all = [...problems, ...RULES.flatMap((problemsIn) => problemsIn(document))]
  if (data === null || all.length > 0) throw new InvalidInputError(all)
  return { ...data, strategy: withDefaults(data.strategy) }
}
