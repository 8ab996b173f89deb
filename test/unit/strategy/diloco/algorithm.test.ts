/** A swarm without faults against Algorithm 1 of Douillard et al. 2023, in one process and in float64. */
import test from 'ava'
import { createVirtualSwarm, runVirtualSwarm } from '../../../../src/simulation/virtual-swarm.ts'
import { STRATEGIES } from '../../../../src/strategy/registry.ts'
import {
  openSyntheticBench,
  type SyntheticConfig
} from '../../../../src/training/synthetic-bench.ts'
import { distance } from '../../../helpers/distance.ts'
import { recipeWith } from '../../../helpers/recipe.ts'
import { contextOf, QUIET } from '../../../helpers/virtual.ts'

const PEERS = 5
const LENGTH = 40
const ROUNDS = 30
const LOCAL_STEPS = 4
const RATE = 0.02
const OUTER_RATE = 0.6
const MU = 0.8
const MODEL = { name: 'quadratic', parameters: LENGTH, condition: 10, heterogeneity: 1, noise: 0 }

const recipe = recipeWith({
  model: MODEL,
  data: { name: 'none' },
  strategy: { name: 'diloco', outerRate: OUTER_RATE, outerMomentum: MU },
  training: {
    learningRate: RATE,
    optimizer: { name: 'adam', weightDecay: 0.1 },
    localSteps: LOCAL_STEPS,
    steps: LOCAL_STEPS * ROUNDS - 1
  },
  topology: { name: 'full' }
})

/** AdamW (Loshchilov & Hutter 2019, Alg. 2) without a decay of tensors of rank 1, as the trainer's. */
class Adam {
  readonly #m = new Float64Array(LENGTH)
  readonly #v = new Float64Array(LENGTH)
  #t = 0

  step(x: Float64Array, gradient: (k: number) => number): void {
    this.#t++
    const slopes = x.map((_, k) => gradient(k))
    for (let k = 0; k < LENGTH; k++) {
      this.#m[k] = 0.9 * this.#m[k]! + 0.1 * slopes[k]!
      this.#v[k] = 0.999 * this.#v[k]! + 0.001 * slopes[k]! ** 2
      const first = this.#m[k]! / (1 - 0.9 ** this.#t)
      const second = this.#v[k]! / (1 - 0.999 ** this.#t)
      x[k] = x[k]! - (RATE * first) / (Math.sqrt(second) + 1e-8)
    }
  }
}

/** The centres and curvatures of the peers' quadratics, from gradients at two places. */
const objectives = () => {
  const bench = openSyntheticBench(recipe, MODEL as SyntheticConfig, PEERS)
  return Array.from({ length: PEERS }, (_, peer) => {
    // A step of plain descent of rate 1 moves x by its gradient: h (x - c).
    const plain = recipeWith({ ...recipe, training: { learningRate: 1, localSteps: 1, steps: 1 } })
    const gradientAt = (value: number): Float64Array => {
      const x = new Float32Array(LENGTH).fill(value)
      openSyntheticBench(plain, MODEL as SyntheticConfig, PEERS)
        .trainer(peer)
        .train(x, 1, 0)
      return Float64Array.from(x, (moved) => value - moved)
    }
    const [zero, one] = [gradientAt(0), gradientAt(1)]
    const initial = Float64Array.from(bench.trainer(peer).initial())
    return {
      initial,
      gradient: (x: Float64Array, k: number) => zero[k]! + (one[k]! - zero[k]!) * x[k]!
    }
  })
}

const algorithm = (): Float64Array => {
  const peers = objectives()
  const inner = peers.map(() => new Adam())
  const theta = peers[0]!.initial
  const v = new Float64Array(LENGTH)
  for (let round = 0; round < ROUNDS; round++) {
    const mean = new Float64Array(LENGTH)
    for (const [i, { gradient }] of peers.entries()) {
      const x = theta.slice()
      // The last round is a step shorter.
      const steps = round === ROUNDS - 1 ? LOCAL_STEPS - 1 : LOCAL_STEPS
      for (let step = 0; step < steps; step++) inner[i]!.step(x, (k) => gradient(x, k))
      for (let k = 0; k < LENGTH; k++) mean[k] = mean[k]! + (theta[k]! - x[k]!) / PEERS
    }
    for (let k = 0; k < LENGTH; k++) {
      v[k] = MU * v[k]! + mean[k]!
      theta[k] = theta[k]! - OUTER_RATE * (mean[k]! + MU * v[k]!)
    }
  }
  return theta
}

const run = async (compression: object) => {
  const bench = openSyntheticBench(recipe, MODEL as SyntheticConfig, PEERS)
  const swarm = createVirtualSwarm({
    strategy: STRATEGIES['diloco']!.create(
      recipeWith({ ...recipe, compression }),
      bench.layout,
      contextOf(PEERS)
    ),
    peers: PEERS,
    trainer: (peer) => bench.trainer(peer),
    topology: recipe.topology,
    network: QUIET,
    stepMs: () => 5,
    tag: { manifest: 1, layout: 2 },
    seed: 1
  })
  await runVirtualSwarm(swarm)
  return swarm.members
}

test('should be DiLoCo, with one replica at all peers', async (t) => {
  const members = await run({ name: 'none' })
  const theta = algorithm()
  t.true(distance(theta, objectives()[0]!.initial) > 0.5, 'it has moved')
  for (const { replica, replicaHash, counters, name } of members) {
    // 30 rounds of float32 in 40 places, of parameters about 0.2.
    t.true(distance(replica!, theta) < 1e-5, `${name}: ${distance(replica!, theta)}`)
    t.is(replicaHash, members[0]!.replicaHash, name)
    t.deepEqual(replica, members[0]!.replica, name)
    const { rounds, missed, chosen, sentByKind } = counters.tally()
    t.is(rounds, ROUNDS, name)
    t.is(missed, 0, name)
    t.deepEqual(chosen, { weight: 1 / PEERS, parts: PEERS })
    // A part to every other peer in each round, and nothing else of that size.
    t.is(sentByKind['5']!.frames, ROUNDS * (PEERS - 1), name)
    t.is(sentByKind['5']!.bytes, ROUNDS * (PEERS - 1) * (18 + 37 + 4 * LENGTH), name)
    t.is(sentByKind['6'], undefined, name)
  }
})

test('should have one replica, near the same place, with parts in int8', async (t) => {
  const members = await run({ name: 'int8' })
  const theta = algorithm()
  for (const { replica, name } of members) {
    t.deepEqual(replica, members[0]!.replica, name)
    // What a code leaves out goes into the next part: less than a hundredth of the way is off.
    t.true(distance(replica!, theta) < 0.01, `${name}: ${distance(replica!, theta)}`)
  }
})
