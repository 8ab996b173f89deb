/** A scenario: what `swarmgrad simulate` runs; docs/simulating.md lists every field. */
import { z } from 'zod'
import { InvalidInputError, type Problem } from '../errors.ts'
import { BASELINES } from '../storage/results.ts'
import { withDefaults } from '../strategy/strategy-problems.ts'
import { budgetSchema } from '../swarm/budget.ts'
import { check } from '../swarm/problems.ts'
import { dataSchema, nameSchema, type Recipe, recipeShape, weightsSchema } from '../swarm/recipe.ts'
import { BACKEND_CHOICES } from '../training/backends/candidate.ts'
import { faultSchema } from './faults/fault-schema.ts'
import { amountSchema, networkSchema } from './network-schema.ts'
import { RULES, type Rule } from './scenario-rules.ts'

/** Longest local step that is simulated: an hour. */
export const MAX_STEP_MS = 3_600_000

export const scenarioSchema = z.strictObject({
  name: nameSchema,
  mode: z.enum(['live', 'virtual']).default('virtual'),
  peers: z.int().min(1).max(10_000),
  ...recipeShape,
  data: dataSchema.extend({
    /** Folder of the dataset's files; null: the built-in one, or fetched into a cache. */
    path: z.string().min(1).nullable().default(null),
    /** Where to fetch them from instead of the usual place. */
    url: z
      .url({ protocol: /^https?$/, error: 'must be an http or https address' })
      .nullable()
      .default(null)
  }),
  weights: weightsSchema,
  /** What every peer computes with; `wasm` gives the same bits wherever it runs. */
  backend: z.enum(BACKEND_CHOICES).default('wasm'),
  network: networkSchema,
  /** Virtual duration of one local step. */
  stepMs: amountSchema(0, MAX_STEP_MS).default(5),
  /** What every peer may send, for strategies that can choose; null: what the strategy says. */
  budget: budgetSchema.nullable().default(null),
  faults: z.array(faultSchema).max(10_000).default([]),
  attackers: z.array(z.never('no attacker can be added by this version')).default([]),
  baselines: z.array(z.enum(BASELINES)).default([]),
  /** The baselines' learning rate: each of these times the swarm's is tried on a validation split. */
  tuning: z
    .strictObject({ factors: z.array(z.number().gt(0).max(1e3)).min(1).max(20) })
    .nullable()
    .default({ factors: [0.5, 1, 2] }),
  /** The run ends early once this is so; null: after all rounds. */
  until: z
    .strictObject({
      /** Consensus distance, as a share of what it was at the start. */
      distance: z.number().gt(0).lt(1)
    })
    .nullable()
    .default(null),
  /** Rounds between evaluations on the test set. */
  evaluateEvery: z.int().min(1).default(10)
})

export type Scenario = z.output<typeof scenarioSchema>

export const recipeOfScenario = (scenario: Scenario): Recipe => {
  const { seed, model, data, training, strategy, compression, topology } = scenario
  const { path: _path, url: _url, ...dataRecipe } = data
  return { seed, model, data: dataRecipe, training, strategy, compression, topology }
}

/** A rule is looked at whenever its own fields are right, whatever else is not. */
const problemsOf = ({ fields, problemsIn }: Rule, document: unknown): readonly Problem[] => {
  const mask = Object.fromEntries(fields.map((field) => [field, true])) as Record<
    keyof Scenario,
    true
  >
  const parsed = scenarioSchema.pick(mask).strip().safeParse(document)
  return parsed.success ? problemsIn(parsed.data) : []
}

/** The scenario that `document` describes, or an InvalidInputError with everything wrong with it. */
export const parseScenario = (document: unknown): Scenario => {
  const { data, problems } = check(scenarioSchema, document)
  const all = [...problems, ...RULES.flatMap((rule) => problemsOf(rule, document))]
  if (data === null || all.length > 0) throw new InvalidInputError(all)
  return { ...data, strategy: withDefaults(data.strategy) }
}
