/**
 * Where the algorithms come to rest on quadratics of unlike curvature, many local steps apart, against the
 * closed forms. Peer i's loss is 1/2 h_i (x - c_i)^2 in each element, its rate is eta, its steps are K:
 * from x it comes to c_i + (1 - eta h_i)^K (x - c_i). So FedAvg rests where
 * sum_i (1 - (1 - eta h_i)^K) (c_i - x) = 0, which is not the optimum, sum_i h_i (c_i - x) = 0. FedProx
 * comes to y_i + (1 - eta (h_i + mu))^K (x - y_i) with y_i = (h_i c_i + mu x) / (h_i + mu).
 */
import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import type { Trainer } from '../../../../src/strategy/strategy.ts'
import { layoutOf } from '../../../../src/vector/layout.ts'
import type { Vector } from '../../../../src/vector/vector.ts'
import { recipeWith } from '../../../helpers/recipe.ts'
import { nothingSaved } from '../../../helpers/synthetic-trainers.ts'
import { runSwarm } from '../../../helpers/virtual.ts'

const PEERS = 5
const LENGTH = 12
const STEPS = 20
const RATE = 0.1
const ROUNDS = 400

const random = seeded(5)
const bowls = Array.from({ length: PEERS }, (_, peer) => ({
  /** From 0.1 to 1.6. */
  h: 0.1 * 2 ** peer,
  centre: Array.from({ length: LENGTH }, () => random.normal()),
  rows: 10 * (peer + 1)
}))

const trainers = (): Trainer[] =>
  bowls.map(({ h, centre, rows }) => ({
    ...nothingSaved,
    rows,
    layout: layoutOf([{ name: 'x', shape: [LENGTH] }]),
    initial: () => new Float32Array(LENGTH),
    train: (replica, steps, _from, correction = null) => {
      for (let step = 0; step < steps; step++) {
        for (let i = 0; i < LENGTH; i++) {
          const slope = h * (replica[i]! - centre[i]!) + (correction?.[i] ?? 0)
          replica[i] = replica[i]! - RATE * slope
        }
      }
      return { loss: 1, samples: steps }
    }
  }))

const ended = async (strategy: object, compression = {}): Promise<Vector> => {
  const recipe = recipeWith({
    strategy: { name: 'federated-averaging', ...strategy },
    training: { learningRate: RATE, localSteps: STEPS, steps: STEPS * ROUNDS },
    compression: { name: 'none', ...compression }
  })
  const { swarm } = await runSwarm(recipe, trainers())
  return swarm.members[0]!.replica!
}

/** Where the mean of the centres lies when each has this pull. */
const restOf = (pull: (h: number, rows: number) => number): number[] => {
  const pulls = bowls.map(({ h, rows }) => pull(h, rows))
  const total = pulls.reduce((sum, value) => sum + value, 0)
  return Array.from(
    { length: LENGTH },
    (_, i) => bowls.reduce((sum, { centre }, peer) => sum + pulls[peer]! * centre[i]!, 0) / total
  )
}

const apart = (a: Iterable<number>, b: readonly number[]): number =>
  [...a].reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)

const gone = (h: number): number => 1 - (1 - RATE * h) ** STEPS
const OPTIMUM = restOf((h) => h)
const uniform = { weighting: 'uniform' } as const

test('fedavg should rest where many local steps take it, which is not the optimum', async (t) => {
  const expected = restOf(gone)
  t.true(apart(expected, OPTIMUM) > 0.2, 'there is nothing to tell apart')
  t.true(apart(await ended(uniform), expected) < 1e-4)
})

test('fedavg should weigh its clients by their rows', async (t) => {
  const expected = restOf((h, rows) => rows * gone(h))
  t.true(apart(expected, restOf(gone)) > 0.1)
  t.true(apart(await ended({}), expected) < 1e-4)
})

test('fedprox should rest where its pull lets it, nearer to the optimum', async (t) => {
  let before = apart(restOf(gone), OPTIMUM)
  for (const mu of [0.5, 2]) {
    const pull = (h: number) => ((1 - (1 - RATE * (h + mu)) ** STEPS) * h) / (h + mu)
    const expected = restOf(pull)
    const algorithm = { name: 'fedprox', mu }
    t.true(apart(await ended({ ...uniform, algorithm }), expected) < 1e-4)
    t.true(apart(expected, OPTIMUM) < before)
    before = apart(expected, OPTIMUM)
  }
})

test('fedprox without a pull should be fedavg, bit for bit', async (t) => {
  t.deepEqual(await ended({ algorithm: { name: 'fedprox', mu: 0 } }), await ended({}))
})

test('scaffold should reach the optimum with the same local steps, whoever takes part and however it is coded', async (t) => {
  const algorithm = { name: 'scaffold' }
  t.true(apart(await ended({ algorithm }), OPTIMUM) < 1e-4, 'everybody in every round')
  t.true(apart(await ended({ algorithm, fraction: 0.4 }), OPTIMUM) < 1e-3, 'two of five')
  t.true(apart(await ended({ algorithm }, { name: 'int8' }), OPTIMUM) < 1e-2, 'int8')
  const sparse = { name: 'top-k+int8', fraction: 0.5 }
  t.true(apart(await ended({ algorithm }, sparse), OPTIMUM) < 1e-2, 'half of the elements')
})
