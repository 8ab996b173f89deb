/** Federated averaging without a server of its own: docs/strategies/federated-averaging.md. */
import { createCompressor } from '../../compression/index.ts'
import { InvalidInputError } from '../../errors.ts'
import type { Recipe } from '../../swarm/recipe.ts'
import { learningRateAt } from '../../swarm/schedule.ts'
import type { Layout } from '../../vector/layout.ts'
import type { SwarmContext } from '../context.ts'
import { strategyEntry } from '../entry.ts'
import { serverCodec } from '../parameter-server/codec.ts'
import type { ServerKinds } from '../parameter-server/kinds.ts'
import { Placement } from '../parameter-server/placement.ts'
import { ServerProtocol } from '../parameter-server/protocol.ts'
import { roundsIn } from '../rounds.ts'
import type { Strategy } from '../strategy.ts'
import { clientSampling } from './client-sampling.ts'
import { FederatedCompute } from './compute.ts'
import { federatedFacts } from './facts.ts'
import { inHalves } from './halves.ts'
import { federatedOptionsSchema, localProblems, replicasOf, weightingOf } from './options.ts'
import { federatedVariants } from './variants.ts'

/**
 * The coordinator is the primary of a parameter server that has one shard, synchronous, and draws who trains.
 *
 * @throws InvalidInputError where the algorithm does not go with the recipe's optimiser
 */
export const createFederatedAveraging = (
  recipe: Recipe,
  layout: Layout,
  { manifest, peers }: SwarmContext
): Strategy<ServerKinds> => {
  const problems = localProblems(recipe)
  if (problems.length > 0) throw new InvalidInputError(problems)
  const options = federatedOptionsSchema.parse(recipe.strategy)
  const { algorithm, deadlineMs, failoverMs, startPatienceMs, rebuildAfterMs } = options
  const { training } = recipe
  const replicas = replicasOf(options, peers)
  const rounds = roundsIn(training)
  const inner = createCompressor(recipe.compression)
  const hasControl = algorithm.name === 'scaffold'
  const compressor = hasControl ? inHalves(inner) : inner
  const range = { from: 0, to: hasControl ? 2 * layout.length : layout.length }
  return {
    name: 'federated-averaging',
    topology: federatedFacts.topology,
    codec: serverCodec(compressor, [range], true),
    protocol: (components) =>
      new ServerProtocol(
        {
          options: {
            ...{ mode: 'synchronous', bound: 0, staleness: 'none', serversTrain: true },
            // What an update counts for is said by who has made it.
            weighting: 'samples',
            ...{ failoverMs, startPatienceMs, rebuildAfterMs, patienceMs: deadlineMs },
            sampling: clientSampling(manifest, rounds.rounds, options)
          },
          shards: 1,
          replicas,
          planned: peers,
          placement: new Placement(manifest, 1, replicas),
          ...rounds,
          sampled: true
        },
        components
      ),
    compute: (trainer, kept = null) =>
      new FederatedCompute(
        {
          algorithm,
          weighting: weightingOf(options),
          compressor,
          optimizer: options.server,
          clients: peers,
          rateAt: (step) => learningRateAt(training, step)
        },
        trainer,
        kept
      )
  }
}

export const federatedAveraging = strategyEntry({
  options: federatedOptionsSchema,
  variants: federatedVariants,
  create: createFederatedAveraging,
  facts: federatedFacts
})
