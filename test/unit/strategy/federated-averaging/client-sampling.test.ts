import test from 'ava'
import { clientSampling } from '../../../../src/strategy/federated-averaging/client-sampling.ts'
import {
  drawnOf,
  federatedOptionsSchema,
  federatedProblems,
  localProblems,
  replicasOf,
  weightingOf
} from '../../../../src/strategy/federated-averaging/options.ts'
import { recipeWith } from '../../../helpers/recipe.ts'

const PEERS = Array.from({ length: 20 }, (_, peer) => `peer-${peer}`)
const ROUNDS = 4000

test('should draw so many peers for a round, each as often as any other, and pairs as well', (t) => {
  const sampling = clientSampling('salt', ROUNDS, { fraction: 0.25 })
  const times = new Map<string, number>()
  let pairs = 0
  for (let round = 0; round < ROUNDS; round++) {
    const drawn = sampling.draw(round, PEERS)
    t.is(drawn.length, 5)
    t.is(new Set(drawn).size, 5)
    for (const peer of drawn) times.set(peer, (times.get(peer) ?? 0) + 1)
    if (drawn.includes('peer-3') && drawn.includes('peer-4')) pairs++
  }
  // Binomial: the mean is 1000 and the deviation 27; of a pair 211 and 14.
  for (const peer of PEERS) t.true(Math.abs(times.get(peer)! - 1000) < 5 * 27, peer)
  t.true(Math.abs(pairs - 211) < 5 * 14, `${pairs}`)
})

test('should draw the same peers wherever it is asked, and others in another swarm or round', (t) => {
  const options = { fraction: 0.5 }
  const sorted = (names: readonly string[]): readonly string[] => [...names].sort()
  const drawn = sorted(clientSampling('salt', 10, options).draw(3, PEERS))
  t.deepEqual(sorted(clientSampling('salt', 10, options).draw(3, [...PEERS].reverse())), drawn)
  t.notDeepEqual(sorted(clientSampling('other', 10, options).draw(3, PEERS)), drawn)
  t.notDeepEqual(sorted(clientSampling('salt', 10, options).draw(4, PEERS)), drawn)
})

test('should draw one at least and so many at most', (t) => {
  t.is(drawnOf({ fraction: 0.1 }, 3), 1)
  t.is(drawnOf({ fraction: 0.1 }, 26), 3)
  t.is(drawnOf({ fraction: 1, clients: 4 }, 26), 4)
  t.is(drawnOf({ fraction: 0.1, clients: 4 }, 26), 3)
  t.is(drawnOf({ fraction: 1, clients: 4 }, 2), 2)
  t.is(drawnOf({ fraction: 0.5 }, 0), 0)
  t.deepEqual(clientSampling('salt', 10, { fraction: 0.5 }).draw(0, []), [])
})

const name = 'federated-averaging'
const rulesOf = (options: object, peers: number): readonly string[] =>
  federatedProblems({ name, ...options }, peers).map(({ path }) => path)

test('should refuse what so few peers cannot have', (t) => {
  t.deepEqual(rulesOf({}, 1), [])
  t.deepEqual(rulesOf({ fraction: 0.1 }, 10), [])
  t.deepEqual(rulesOf({ fraction: 0.1 }, 9), ['strategy.fraction'])
  t.deepEqual(rulesOf({ clients: 5 }, 4), ['strategy.clients'])
  t.deepEqual(rulesOf({ replicas: 3 }, 2), ['strategy.replicas'])
  const algorithm = { name: 'scaffold' }
  t.deepEqual(rulesOf({ algorithm, weighting: 'samples' }, 4), ['strategy.weighting'])
  t.deepEqual(rulesOf({ algorithm, weighting: 'uniform' }, 4), [])
  t.false(federatedOptionsSchema.safeParse({ name, weighting: 'staleness' }).success)
})

test('should refuse scaffold beside any optimiser but plain descent', (t) => {
  const pathsOf = (optimizer: object, algorithm: string): readonly string[] => {
    const training = { learningRate: 0.1, steps: 1, optimizer }
    const strategy = { name, algorithm: { name: algorithm } }
    return localProblems(recipeWith({ training, strategy })).map(({ path }) => path)
  }
  const refused = ['strategy.algorithm.name']
  t.deepEqual(pathsOf({ name: 'sgd' }, 'scaffold'), [])
  t.deepEqual(pathsOf({ name: 'sgd', momentum: 0.9 }, 'scaffold'), refused)
  t.deepEqual(pathsOf({ name: 'adam' }, 'scaffold'), refused)
  t.deepEqual(pathsOf({ name: 'adam' }, 'fedprox'), [])
  t.deepEqual(localProblems(recipeWith()), [])
})

test('defaults should follow from what is there', (t) => {
  const options = (some: object) => federatedOptionsSchema.parse({ name, ...some })
  t.is(weightingOf(options({})), 'samples')
  t.is(weightingOf(options({ algorithm: { name: 'scaffold' } })), 'uniform')
  t.is(weightingOf(options({ weighting: 'gain' })), 'gain')
  t.is(replicasOf(options({}), 1), 1)
  t.is(replicasOf(options({}), 5), 2)
})
