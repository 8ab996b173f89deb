/** Training of synthetic objectives, against the closed form of gradient descent. */
import test from 'ava'
import { meanVector } from '../../../src/consensus/consensus-distance.ts'
import { openSyntheticBench, type SyntheticConfig } from '../../../src/training/synthetic-bench.ts'
import type { Vector } from '../../../src/vector/vector.ts'
import { distance } from '../../helpers/distance.ts'
import { mixedOf, replicasOf, runFaulty } from '../../helpers/faulty-swarm.ts'
import { recipeWith } from '../../helpers/recipe.ts'

const LENGTH = 20
const RATE = 0.1
const LOCAL_STEPS = 2

const open = (model: object, peers: number, training: object = {}, seed = 1) => {
  const recipe = recipeWith({
    seed,
    model: { parameters: LENGTH, ...model },
    data: { name: 'none' },
    training: { learningRate: RATE, localSteps: LOCAL_STEPS, steps: 400, ...training }
  })
  return openSyntheticBench(recipe, recipe.model as SyntheticConfig, peers)
}

const QUADRATIC = { name: 'quadratic', condition: 10, heterogeneity: 1 }

/** The gradient that a trainer sees at `replica`: what one step of rate 1 takes away. */
const slopeAt = (peers: number, peer: number, replica: Vector): Float64Array => {
  const moved = replica.slice()
  open(QUADRATIC, peers, { learningRate: 1 }).trainer(peer).train(moved, 1, 0)
  return Float64Array.from(replica, (x, k) => x - moved[k]!)
}

const curvature = (k: number): number => (1 / 10) ** (1 - k / (LENGTH - 1))

const centreOf = (peers: number, peer: number): Float64Array =>
  slopeAt(peers, peer, new Float32Array(LENGTH)).map((slope, k) => -slope / curvature(k))

/** c (1 - (1 - rate h)^t), from zero. */
const descended = (centre: ArrayLike<number>, steps: number, rate = RATE): Float64Array =>
  Float64Array.from(centre, (c, k) => c * (1 - (1 - rate * curvature(k)) ** steps))

/** Rounding of float32 numbers below 1, over steps that contract. */
const ROUNDING = 1e-5

test("should descend a peer's own quadratic as the closed form does", (t) => {
  const peers = 4
  for (let peer = 0; peer < peers; peer++) {
    const trainer = open(QUADRATIC, peers).trainer(peer)
    const replica = trainer.initial()
    const centre = centreOf(peers, peer)
    let steps = 0
    for (const more of [1, 9, 40, 250]) {
      trainer.train(replica, more, steps)
      steps += more
      const off = distance(replica, descended(centre, steps))
      t.true(off < ROUNDING, `peer ${peer} after ${steps} steps: ${off}`)
    }
  }
})

for (const way of ['centralised', 'allReduce'] as const) {
  test(`should descend the mean of all quadratics with ${way}`, (t) => {
    const peers = 5
    const centres = Array.from({ length: peers }, (_, peer) => centreOf(peers, peer))
    const trainer = open(QUADRATIC, peers)[way]()
    const replica = trainer.initial()
    trainer.train(replica, 100, 0)
    t.true(distance(replica, descended(meanVector(centres), 100)) < ROUNDING)
    const fast = open(QUADRATIC, peers)[way](0.3)
    const other = fast.initial()
    fast.train(other, 50, 0)
    t.true(distance(other, descended(meanVector(centres), 50, 0.3)) < ROUNDING, 'at its own rate')
  })
}

test('should bring the mean of a swarm to the optimum as the closed form does, and its peers near', (t) => {
  const [peers, rounds] = [8, 150]
  const bench = open(QUADRATIC, peers)
  const evaluate = bench.evaluator().evaluate
  const { swarm } = runFaulty({ peers, rounds, trainer: (peer) => bench.trainer(peer) })
  const centres = Array.from({ length: peers }, (_, peer) => centreOf(peers, peer))
  const optimum = meanVector(centres)
  const replicas = replicasOf(swarm.members)
  // The objectives' curvatures are alike, so the mean replica descends the mean objective exactly,
  // as long as everybody does every step and mixing moves no mean.
  const mean = meanVector(replicas)
  const steps = LOCAL_STEPS * rounds
  t.true(distance(mean, descended(optimum, steps)) < ROUNDING)
  t.true(Math.max(...meanVector(mixedOf(swarm.members)).map(Math.abs)) < 1e-7)
  t.true(evaluate(Float32Array.from(mean)).loss < 1e-4 * evaluate(new Float32Array(LENGTH)).loss)
  for (const [peer, replica] of replicas.entries()) {
    const own = evaluate(Float32Array.from(centres[peer]!)).loss
    t.true(evaluate(replica).loss < own / 3, `peer ${peer} is at its own optimum`)
  }
})

test('should leave the replicas of averaging alone, and have no loss to report', (t) => {
  const bench = open({ name: 'averaging' }, 3)
  for (const trainer of [bench.trainer(1), bench.centralised(), bench.allReduce()]) {
    const replica = trainer.initial()
    t.deepEqual(trainer.train(replica, 5, 0).loss, null)
    t.deepEqual(replica, trainer.initial())
  }
  t.notDeepEqual(bench.trainer(0).initial(), bench.trainer(1).initial())
})

test('should repeat itself with the same seed, noise included, and not with another', (t) => {
  const after = (seed: number, peer = 1) => {
    const trainer = open({ ...QUADRATIC, noise: 0.1 }, 4, {}, seed).trainer(peer)
    const replica = trainer.initial()
    trainer.train(replica, 10, 0)
    return replica
  }
  t.deepEqual(after(1), after(1))
  t.notDeepEqual(after(1), after(2))
  t.notDeepEqual(after(1), after(1, 2))
})

test('should say what it is: one vector, no rows, no classes, no accuracy', (t) => {
  const bench = open(QUADRATIC, 3)
  t.is(bench.layout.length, LENGTH)
  t.is(bench.backend, 'none')
  t.is(bench.validator(), null)
  const { rows, classes } = bench.trainer(0)
  t.deepEqual([rows, classes], [0, null])
  t.is(bench.evaluator().evaluate(new Float32Array(LENGTH)).accuracy, null)
})
