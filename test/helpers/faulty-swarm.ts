/** Swarms with faults, of gossip averaging unless `strategy` names another, run step by step so that one that hangs fails a test. */
import { faultSchema } from '../../src/simulation/faults/fault-schema.ts'
import { networkSchema } from '../../src/simulation/network-schema.ts'
import type { VirtualMember } from '../../src/simulation/virtual-member.ts'
import { createVirtualSwarm, type VirtualSwarm } from '../../src/simulation/virtual-swarm.ts'
import { STRATEGIES } from '../../src/strategy/registry.ts'
import type { Kinds, Strategy, Trainer } from '../../src/strategy/strategy.ts'
import { type Decide, fated } from './fates.ts'
import { recipeWith } from './recipe.ts'
import { averagingTrainers } from './synthetic-trainers.ts'
import { contextOf } from './virtual.ts'

export interface Setting {
  readonly peers: number
  readonly rounds: number
  /** As a scenario has them, without defaults. */
  readonly faults?: readonly object[]
  readonly network?: object
  readonly topology?: object
  readonly strategy?: object
  readonly compression?: object
  /** Of the slowest peer; the fastest takes half of it. @default 5 */
  readonly stepMs?: number
  /** Of each peer, instead. */
  readonly stepOf?: (peer: number) => number
  readonly seed?: number
  /** @default all of them */
  readonly trains?: (peer: number) => boolean
  /** Peers take checkpoints this often, and come back with the last one. @default none: the simulator keeps replicas */
  readonly checkpointEvery?: number
  /** @default replicas that begin apart and never train */
  readonly trainer?: (peer: number) => Trainer
  /** What becomes of a message that is about to be handled. @default it comes */
  readonly fate?: Decide
}

export interface FaultySwarm {
  readonly swarm: VirtualSwarm
  /** `peer round heard missed at bytes`, in the order in which the rounds completed. */
  readonly trace: readonly string[]
  /** The rounds that each peer has completed. */
  readonly rounds: ReadonlyArray<readonly number[]>
}

export const LENGTH = 20
const LOCAL_STEPS = 2

const keeping = (strategy: Strategy<Kinds>, checkpointEvery: number | null): Strategy<Kinds> =>
  checkpointEvery === null
    ? strategy
    : {
        ...strategy,
        protocol: (components) => strategy.protocol({ ...components, checkpointEvery })
      }

/** Where averaging peers begin. */
export const beginnings = (peers: number) =>
  averagingTrainers(peers, LENGTH, 1).map((trainer) => trainer.initial())

export const createFaultySwarm = (setting: Setting): FaultySwarm => {
  const { peers, rounds, seed = 1, stepMs = 5, checkpointEvery = null } = setting
  const recipe = recipeWith({
    seed,
    training: { learningRate: 0.1, localSteps: LOCAL_STEPS, steps: LOCAL_STEPS * rounds },
    topology: setting.topology ?? { name: 'random-regular', degree: 3 },
    compression: setting.compression ?? { name: 'none' },
    strategy: {
      name: 'gossip-averaging',
      deadline: { floorMs: 50, ceilingMs: 500 },
      startPatienceMs: 500,
      ...setting.strategy
    }
  })
  const trainers = averagingTrainers(peers, LENGTH, 1)
  const trainer = setting.trainer ?? ((peer: number) => trainers[peer]!)
  const trace: string[] = []
  const completed = Array.from({ length: peers }, (): number[] => [])
  const entry = STRATEGIES[recipe.strategy.name]!
  const strategy = entry.create(recipe, trainer(0).layout, contextOf(peers))
  const swarm = createVirtualSwarm({
    strategy: fated(keeping(strategy, checkpointEvery), setting.fate ?? (() => 'comes')),
    peers,
    trainer,
    topology: recipe.topology,
    network: networkSchema.parse({ latencyMs: 10, ...setting.network }),
    stepMs: setting.stepOf ?? ((peer) => (stepMs * (1 + (peer + 1) / peers)) / 2),
    ...(setting.trains === undefined ? {} : { trains: setting.trains }),
    faults: (setting.faults ?? []).map((fault) => faultSchema.parse(fault)),
    tag: { manifest: 1, layout: 2 },
    seed,
    onRound: ({ index: peer }, { round, heard, missed, atMs, bytesSent }) => {
      completed[peer]!.push(round)
      trace.push(`${peer} ${round} ${heard} ${missed} ${atMs.toFixed(6)} ${bytesSent}`)
    }
  })
  return { swarm, trace, rounds: completed }
}

/** Far more than any of these swarms takes. */
const ENOUGH_STEPS = 2_000_000

/** Steps until the swarm is over, or until `done`; throws when it hangs. */
export const runOn = (swarm: VirtualSwarm, done: () => boolean = () => false): void => {
  for (let steps = 0; !swarm.over() && !done(); steps++) {
    if (steps > ENOUGH_STEPS) throw new Error(`goes on for ever, at ${swarm.clock.now} ms`)
    if (!swarm.clock.step()) throw new Error(`stands still at ${swarm.clock.now} ms`)
  }
}

export const runFaulty = (setting: Setting): FaultySwarm => {
  const run = createFaultySwarm(setting)
  run.swarm.begin()
  runOn(run.swarm)
  return run
}

/** `left 3, returned 3`: what has befallen whom, in order. */
export const happened = ({ faults }: VirtualSwarm): string =>
  faults.log.map(({ event, peer }) => (peer === null ? event : `${event} ${peer}`)).join(', ')

export const statuses = (swarm: VirtualSwarm): string[] => swarm.members.map(({ status }) => status)

export const replicasOf = (members: readonly VirtualMember[]) =>
  members.flatMap(({ replica }) => replica ?? [])

export const mixedOf = (members: readonly VirtualMember[]) =>
  members.flatMap(({ mixed }) => mixed ?? [])
