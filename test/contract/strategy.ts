/** What every strategy of the registry must do; docs/architecture.md lists the rules. */
import { decode, encode } from '@ipld/dag-cbor'
import type { TestFn } from 'ava'
import { consensusDistance, meanVector } from '../../src/consensus/consensus-distance.ts'
import { seeded } from '../../src/random.ts'
import { createVirtualSwarm, runVirtualSwarm } from '../../src/simulation/virtual-swarm.ts'
import { STRATEGIES } from '../../src/strategy/registry.ts'
import type {
  Effect,
  Kinds,
  Protocol,
  ProtocolEvent,
  Strategy,
  Trainer
} from '../../src/strategy/strategy.ts'
import type { Recipe } from '../../src/swarm/recipe.ts'
import { openSyntheticBench, type SyntheticConfig } from '../../src/training/synthetic-bench.ts'
import type { Saved } from '../../src/vector/saved.ts'
import { distance } from '../helpers/distance.ts'
import { recipeWith } from '../helpers/recipe.ts'
import { averagingTrainers, quadraticTrainers } from '../helpers/synthetic-trainers.ts'
import { contextOf, QUIET, runSwarm } from '../helpers/virtual.ts'

const PEERS = 8
const LENGTH = 300

/** What the contract has to know of a strategy beside its name. */
export interface StrategyTraits {
  /** Options under which it works on a model of 300 parameters. */
  readonly options: object
  /** What else of a recipe it needs. */
  readonly recipe?: Record<string, unknown>
  /** What it rounds every parameter of the first replica to: at most half of this is lost. */
  readonly unit: number
  /** How far rounding alone may take a parameter of equal replicas. @default 0 */
  readonly rounding?: number
  /** How far from the optimum it may stay, in units of how far apart the peers' own optima are; alone, as it is. */
  readonly noise: { readonly mean: number; readonly peer: number; readonly alone: number }
}

export const strategyContract = (
  test: TestFn,
  name: string,
  { options, recipe: needed = {}, unit, rounding = 0, noise }: StrategyTraits
): void => {
  const strategy = { name, ...options }
  const training = { learningRate: 0.1, localSteps: 2, steps: 160, batch: 1 }
  const recipe = recipeWith({ strategy, training, ...needed })
  const long = recipeWith({
    strategy,
    ...needed,
    training: { ...training, learningRate: 0.02, steps: 600 }
  })

  test(`${name}: should give the same trace for the same seed, and another for another`, async (t) => {
    const trainers = () => quadraticTrainers(PEERS, LENGTH, 0.05, 3)
    const lossy = { ...QUIET, loss: 0.02 }
    const first = await runSwarm(recipe, trainers(), lossy)
    const again = await runSwarm(recipe, trainers(), lossy)
    const other = await runSwarm({ ...recipe, seed: 2 }, trainers(), lossy)
    t.true(first.swarm.network.faults.lostFrames > 0, 'the loss never fired')
    t.deepEqual(again.trace, first.trace)
    t.deepEqual(
      again.swarm.members.map(({ replica }) => replica!),
      first.swarm.members.map(({ replica }) => replica!)
    )
    t.notDeepEqual(other.trace, first.trace)
  })

  test(`${name}: should leave equal replicas with zero gradients where they are`, async (t) => {
    const still = averagingTrainers(PEERS, LENGTH, 1).map((trainer) => ({
      ...trainer,
      initial: () => averagingTrainers(1, LENGTH, 7)[0]!.initial()
    }))
    const { swarm } = await runSwarm(recipe, still)
    const initial = still[0]!.initial()
    for (const { replica, name: peer } of swarm.members) {
      // float16 snapshots of equal replicas are equal, and so are sums of nothing: nothing is added.
      if (rounding === 0) t.deepEqual(replica, swarm.members[0]!.replica, peer)
      t.true(distance(replica!, initial) <= (unit / 2 + rounding) * Math.sqrt(LENGTH), peer)
    }
  })

  test(`${name}: should bring every peer to the optimum of the swarm, not its own`, async (t) => {
    const trainers = quadraticTrainers(PEERS, LENGTH, 0.02, 5)
    const optima = trainers.map(({ optimum }) => optimum)
    const optimum = meanVector(optima)
    const { swarm } = await runSwarm(long, trainers)
    const replicas = swarm.members.map(({ replica }) => replica!)
    const apart = consensusDistance(optima).absolute
    // The mean follows gradient descent on the mean objective: (1 - rate)^steps of the way is left.
    t.true(distance(meanVector(replicas), optimum) / apart < noise.mean)
    for (const [i, replica] of replicas.entries()) {
      t.true(distance(replica, optimum) / apart < noise.peer, `peer ${i}`)
    }
  })

  test(`${name}: should train alone in a swarm of one`, async (t) => {
    const [trainer] = quadraticTrainers(1, LENGTH, 0.05, 1)
    const { swarm } = await runSwarm(recipe, [trainer!])
    // It begins 17 away.
    t.true(distance(swarm.members[0]!.replica!, trainer!.optimum) < noise.alone)
    t.is(swarm.members[0]!.counters.traffic.sentBytes, 0)
    t.is(swarm.members[0]!.counters.tally().rounds, 80)
  })

  test(`${name}: should go on from a checkpoint bit for bit, between any two jobs`, async (t) => {
    const noisy = recipeWith({
      strategy,
      ...needed,
      model: { name: 'quadratic', parameters: LENGTH, noise: 0.3 },
      data: { name: 'none' },
      training: {
        ...training,
        steps: 24,
        optimizer: { name: 'adam', weightDecay: 0.1 },
        schedule: 'cosine'
      }
    })
    const trainer = () => openSyntheticBench(noisy, noisy.model as SyntheticConfig, 1).trainer(0)
    const jobs = await jobsAlone(noisy, trainer())
    const bound = STRATEGIES[name]!.create(noisy, trainer().layout, contextOf(1))
    const whole = bound.compute(trainer())
    const results = jobs.map((job) => structuredClone(whole.run(structuredClone(job))))
    t.true(jobs.length >= 24, `${jobs.length} jobs`)
    for (let k = 0; k <= jobs.length; k++) {
      const early = bound.compute(trainer())
      for (const job of jobs.slice(0, k)) early.run(structuredClone(job))
      const { compute } = early.run({ kind: 'checkpoint' }) as unknown as { compute: Saved }
      const saved = {
        vectors: structuredClone(compute.vectors),
        data: decode(encode(compute.data))
      }
      t.deepEqual(compute.vectors['replica'], early.replica)
      const late = bound.compute(trainer())
      const resume = { kind: 'resume', compute: saved }
      late.run(resume)
      const further = jobs.slice(k).map((job) => late.run(structuredClone(job)))
      t.deepEqual(further, results.slice(k), `after ${k} jobs`)
      t.deepEqual(late.replica, whole.replica, `after ${k} jobs`)
    }
  })

  test(`${name}: should follow the swarm without a local step where it does not train`, async (t) => {
    const trainers = quadraticTrainers(PEERS, LENGTH, 0.02, 5)
    let steps = 0
    const still: Trainer = {
      ...trainers[0]!,
      train: (replica, count, ...rest) => {
        steps += count
        return trainers[0]!.train(replica, count, ...rest)
      }
    }
    const all = [still, ...trainers.slice(1)]
    const { swarm } = await runSwarm(long, all, QUIET, undefined, undefined, (peer) => peer > 0)
    t.is(steps, 0)
    t.true(swarm.over())
    const [follower, ...others] = swarm.members.map(({ replica }) => replica!)
    const optima = trainers.slice(1).map((trainer) => trainer.optimum)
    const apart = consensusDistance(optima).absolute
    const behind = distance(follower!, meanVector(others)) / apart
    t.true(behind < noise.peer, `it ended ${behind} from the others`)
    // The others learn what their data teach, and none of this peer's.
    const left = distance(meanVector(others), meanVector(optima)) / apart
    t.true(left < noise.mean, `they ended ${left} from their optimum`)
  })

  test(`${name}: should not throw on any message again, early, late or out of order`, async (t) => {
    const entry = STRATEGIES[name]!
    const trainers = averagingTrainers(2, LENGTH, 1)
    const bound = entry.create(recipe, trainers[0]!.layout, contextOf(2))
    const messages = recordMessages(bound.protocol({ self: 'a', random: seeded(1), round: 0 }), 'b')
    const random = seeded(9)
    const target = bound.protocol({ self: 'b', random: seeded(2), round: 0 })
    target.handle({ type: 'started', records: [] }, 0)
    target.handle({ type: 'neighbours', peers: ['a'], members: 2 }, 0)
    for (let i = 0; i < 500; i++) {
      const message = messages[random.integer(messages.length)]!
      const state = random.integer(2) === 0 ? 'up' : 'down'
      if (i % 7 === 0) target.handle({ type: 'link', peer: 'a', state }, i)
      t.notThrows(() => target.handle({ type: 'received', from: 'a', message }, i))
    }
  })
}

/** The jobs of a swarm of one. */
const jobsAlone = async (recipe: Recipe, trainer: Trainer): Promise<Array<Kinds['job']>> => {
  const jobs: Array<Kinds['job']> = []
  const entry = STRATEGIES[recipe.strategy.name]!
  const bound = entry.create(recipe, trainer.layout, contextOf(1))
  const compute: Strategy<Kinds>['compute'] = (...made) => {
    const half = bound.compute(...made)
    return {
      replica: half.replica,
      mixed: half.mixed,
      run: (job) => {
        jobs.push(structuredClone(job))
        return half.run(job)
      }
    }
  }
  const swarm = createVirtualSwarm({
    strategy: { ...bound, compute },
    peers: 1,
    trainer: () => trainer,
    topology: recipe.topology,
    network: QUIET,
    stepMs: () => 5,
    tag: { manifest: 1, layout: 2 },
    seed: recipe.seed
  })
  await runVirtualSwarm(swarm)
  return jobs
}

/** What a protocol says to one neighbour while every job answers at once with an empty result. */
const recordMessages = (protocol: Protocol<Kinds>, neighbour: string): Array<Kinds['message']> => {
  const messages: Array<Kinds['message']> = []
  const give = (event: ProtocolEvent<Kinds>): void => {
    for (const effect of protocol.handle(event, 0)) keep(effect)
  }
  const keep = (effect: Effect<Kinds>): void => {
    if (effect.type === 'send') messages.push(effect.message)
  }
  give({ type: 'started', records: [] })
  give({ type: 'link', peer: neighbour, state: 'up' })
  give({ type: 'neighbours', peers: [neighbour], members: 2 })
  for (const message of [...messages]) give({ type: 'received', from: neighbour, message })
  give({ type: 'leave' })
  return messages
}
