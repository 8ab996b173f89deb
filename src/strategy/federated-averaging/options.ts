import { z } from 'zod'
import type { Problem } from '../../errors.ts'
import type { Recipe } from '../../swarm/recipe.ts'
import { MAX_REPLICAS, serverOptimizerSchema } from '../parameter-server/options.ts'
import { MAX_PARTICIPANTS } from '../parameter-server/shard-table.ts'
import { weightingExcept } from '../weighting.ts'

const ms = (least: number) => z.number().min(least).max(3_600_000)

/** What a client's local steps descend, beside its own loss. */
export const algorithmSchema = z.discriminatedUnion('name', [
  /** Nothing (McMahan et al. 2017). */
  z.strictObject({ name: z.literal('fedavg') }),
  /** mu / 2 |x - x_t|^2 (Li et al. 2020). */
  z.strictObject({ name: z.literal('fedprox'), mu: z.number().min(0).max(1000).default(0.01) }),
  /** Control variates, option II (Karimireddy et al. 2020). */
  z.strictObject({ name: z.literal('scaffold') })
])

export const federatedOptionsSchema = z.strictObject({
  name: z.literal('federated-averaging'),
  algorithm: algorithmSchema.prefault({ name: 'fedavg' }),
  /** Share of the peers that are drawn for a round (McMahan's C), rounded, at least one of them. */
  fraction: z.number().gt(0).max(1).default(1),
  /** At most so many are drawn. */
  clients: z.int().min(1).max(MAX_PARTICIPANTS).optional(),
  /** What an update counts for in the mean. Without: samples; with scaffold uniform. */
  weighting: weightingExcept({
    staleness: 'an update is of the round under way or counts nothing, so all are as old'
  }).optional(),
  /** What the coordinator does with the mean of the updates. */
  server: serverOptimizerSchema.prefault({ name: 'sgd' }),
  /** Peers that hold the coordinator's state, itself included. Without: 2, alone 1. */
  replicas: z.int().min(1).max(MAX_REPLICAS).optional(),
  /** How long a round waits for those who are drawn. */
  deadlineMs: ms(50).default(60_000),
  /** Silence after which the coordinator is taken for dead; half of it once its link is down. */
  failoverMs: ms(50).default(4000),
  /** How long a swarm that begins waits for all of its peers. */
  startPatienceMs: ms(0).default(20_000),
  /** How long a model whose holders cannot be reached is waited for before it is built anew; null: for ever. */
  rebuildAfterMs: ms(0).nullable().default(60_000)
})

export type FederatedOptions = z.output<typeof federatedOptionsSchema>
export type AlgorithmConfig = FederatedOptions['algorithm']

export const weightingOf = ({ algorithm, weighting }: FederatedOptions) =>
  weighting ?? (algorithm.name === 'scaffold' ? 'uniform' : 'samples')

const USUAL_REPLICAS = 2

export const replicasOf = ({ replicas }: Pick<FederatedOptions, 'replicas'>, peers: number) =>
  replicas ?? Math.min(USUAL_REPLICAS, peers)

/** Of so many that could be. */
export const drawnOf = (
  { fraction, clients }: Pick<FederatedOptions, 'fraction' | 'clients'>,
  trainers: number
): number => Math.min(trainers, clients ?? trainers, Math.max(1, Math.round(fraction * trainers)))

/** Why so many peers cannot train so. */
export const federatedProblems = (options: unknown, peers: number): readonly Problem[] => {
  const { data } = federatedOptionsSchema.safeParse(options)
  if (data === undefined) return []
  const { fraction, clients, algorithm } = data
  const problems: Problem[] = []
  const add = (path: string, rule: string, remedy: string): void =>
    void problems.push({ path: `strategy.${path}`, rule, remedy })
  if (fraction * peers < 1) {
    add(
      'fraction',
      `must draw one client at least, and ${fraction} of ${peers} peers is none`,
      `give ${Math.ceil(1000 / peers) / 1000} or more`
    )
  }
  if (clients !== undefined && clients > peers) {
    add('clients', `must not be above the number of peers: ${clients} of ${peers}`, 'give fewer')
  }
  if (replicasOf(data, peers) > peers) {
    add(
      'replicas',
      `must not be above the number of peers: ${replicasOf(data, peers)} of ${peers}`,
      'give fewer'
    )
  }
  if (algorithm.name === 'scaffold' && weightingOf(data) !== 'uniform') {
    add('weighting', 'scaffold has means in which all count alike', 'remove it')
  }
  return problems
}

/** What the algorithm cannot make of the recipe's own optimiser. */
export const localProblems = ({
  strategy,
  training
}: Pick<Recipe, 'strategy' | 'training'>): readonly Problem[] => {
  if (strategy.name !== 'federated-averaging') return []
  const { data } = federatedOptionsSchema.safeParse(strategy)
  const { optimizer } = training
  if (data?.algorithm.name !== 'scaffold') return []
  if (optimizer.name === 'sgd' && optimizer.momentum === 0) return []
  return [
    {
      path: 'strategy.algorithm.name',
      rule: "scaffold reads gradients off plain descent's steps, and there is another optimiser",
      remedy: 'set training.optimizer to {"name":"sgd"}, or choose fedavg or fedprox'
    }
  ]
}
