/** What members' parts count by in the mean, against one process in float64 with the same weights. */
import test from 'ava'
import type { Trainer } from '../../../../src/strategy/strategy.ts'
import { openBench } from '../../../../src/training/bench.ts'
import { distance } from '../../../helpers/distance.ts'
import { recipeWith } from '../../../helpers/recipe.ts'
import { areEqual, centreOf, LENGTH, weighedTrainer } from '../../../helpers/ring-swarm.ts'
import { QUIET, runSwarm } from '../../../helpers/virtual.ts'

const PEERS = 4
const RATE = 0.1
const STEPS = 100
const ROUNDING = 1e-5
/** What a batch of weighedTrainer has. */
const ROWS = [1, 2, 4, 8]

const quadratics = (strategy: object, compression = 'none') =>
  recipeWith({
    training: { learningRate: RATE, batch: 4, localSteps: 1, steps: STEPS },
    strategy: { name: 'ring-all-reduce', bucketBytes: 1024, ...strategy },
    compression: { name: compression }
  })

/** Where 1/2 |x - c_i|^2 with these weights leads from 0: x - c shrinks by 1 - RATE in a step. */
const ending = (weights: readonly number[]): Float64Array => {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const centres = weights.map((_, peer) => centreOf(peer))
  return Float64Array.from({ length: LENGTH }, (_, k) => {
    const mean = weights.reduce((sum, weight, i) => sum + (weight / total) * centres[i]![k]!, 0)
    return mean * (1 - (1 - RATE) ** STEPS)
  })
}

const CASES = [
  { strategy: {}, weights: ROWS },
  { strategy: { weighting: 'samples' }, weights: ROWS },
  { strategy: { weighting: 'uniform' }, weights: [1, 1, 1, 1] }
]

for (const { strategy, weights } of CASES) {
  test(`parts should count as the option says: ${JSON.stringify(strategy)}`, async (t) => {
    const trainers = weights.map((_, peer) => weighedTrainer(peer))
    const { swarm } = await runSwarm(quadratics(strategy), trainers)
    const expected = ending(weights)
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    for (const [i, { replica, counters }] of swarm.members.entries()) {
      const away = distance(replica!, expected) / Math.hypot(...expected)
      t.true(away < ROUNDING, `peer ${i}: ${away}`)
      t.true(areEqual(replica!, swarm.members[0]!.replica!), `peer ${i}`)
      t.is(counters.tally().chosen['weight'], weights[i]! / total, `peer ${i}`)
    }
    const other = ending(weights === ROWS ? [1, 1, 1, 1] : ROWS)
    t.true(distance(expected, other) > 0.1 * Math.hypot(...expected), 'there is a difference')
  })
}

test('alike parts should be coded alike, and replicas be one', async (t) => {
  const trainers = ROWS.map((_, peer) => weighedTrainer(peer))
  const { swarm } = await runSwarm(quadratics({ weighting: 'uniform' }, 'int8'), trainers)
  const expected = ending([1, 1, 1, 1])
  for (const { replica } of swarm.members) {
    t.true(areEqual(replica!, swarm.members[0]!.replica!))
    const away = distance(replica!, expected) / Math.hypot(...expected)
    t.true(away < 0.01, `${away}`)
  }
})

test('a model should end where one process ends that gives every member the same say', async (t) => {
  const rate = 0.05
  const recipe = recipeWith({
    seed: 3,
    model: { name: 'mlp', hidden: [16] },
    data: { name: 'glyphs', partition: { kind: 'dirichlet', alpha: 0.5 } },
    training: { learningRate: rate, batch: 8, localSteps: 4, steps: 80 },
    strategy: { name: 'ring-all-reduce', bucketBytes: 4096, weighting: 'uniform' }
  })
  const options = { recipe, dataPath: null, shards: PEERS, backend: 'wasm' } as const
  /** By peer and step: the batches that it took. */
  const taken: number[][] = []
  const watched = (trainer: Trainer): Trainer => {
    const batches = [0]
    taken.push(batches)
    return {
      ...trainer,
      gradients: () => {
        const inner = trainer.gradients!()
        return {
          ...inner,
          rows: () => inner.rows(),
          gradient: (replica, into) => {
            batches[batches.length - 1]!++
            return inner.gradient(replica, into)
          },
          follow: (...step) => {
            batches.push(0)
            return inner.follow(...step)
          }
        }
      }
    }
  }
  const bench = await openBench(options)
  const trainers = Array.from({ length: PEERS }, (_, peer) => watched(bench.trainer(peer)))
  // Peer 3 takes four times as long, and is given fewer batches.
  const { swarm } = await runSwarm(recipe, trainers, QUIET, (peer) => (peer === 3 ? 40 : 10))
  t.true(taken[3]![10]! < 3 && taken[0]![10]! > 3, `${taken[0]![10]} ${taken[3]![10]}`)

  const again = await openBench(options)
  const sources = Array.from({ length: PEERS }, (_, peer) => again.trainer(peer).gradients!())
  const initial = again.trainer(0).initial()
  const x = Float64Array.from(initial)
  const gradient = initial.slice()
  for (let step = 0; step < 20; step++) {
    const at = Float32Array.from(x)
    const mean = new Float64Array(x.length)
    for (const [i, source] of sources.entries()) {
      const batches = taken[i]![step]!
      for (let batch = 0; batch < batches; batch++) {
        source.gradient(at, gradient)
        for (let k = 0; k < x.length; k++) mean[k]! += gradient[k]! / batches / PEERS
      }
    }
    for (let k = 0; k < x.length; k++) x[k]! -= rate * mean[k]!
  }
  const away = distance(swarm.members[0]!.replica!, x) / distance(x, initial)
  t.true(away < ROUNDING, `${away}`)
  for (const { replica, counters } of swarm.members) {
    t.true(areEqual(replica!, swarm.members[0]!.replica!))
    t.is(counters.tally().chosen['weight'], 1 / PEERS)
  }
})
