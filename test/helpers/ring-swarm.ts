/**
 * Swarms of ring-all-reduce whose every step can be checked: peer i's examples count 2^i, so the number
 * of examples of a step says whose gradients are in it, and a replay in float64 says where it leads.
 */

import { seeded } from '../../src/random.ts'
import { type Fault, faultSchema } from '../../src/simulation/faults/fault-schema.ts'
import { networkSchema } from '../../src/simulation/network-schema.ts'
import { createVirtualSwarm, type VirtualSwarm } from '../../src/simulation/virtual-swarm.ts'
import { createRingAllReduce } from '../../src/strategy/ring-all-reduce/index.ts'
import type { Job, RingKinds } from '../../src/strategy/ring-all-reduce/kinds.ts'
import { type Mark, sameMark } from '../../src/strategy/ring-all-reduce/mark.ts'
import type {
  Compute,
  Effect,
  Kinds,
  PeerName,
  Protocol,
  ProtocolEvent,
  Strategy,
  Trainer
} from '../../src/strategy/strategy.ts'
import { layoutOf } from '../../src/vector/layout.ts'
import type { Vector } from '../../src/vector/vector.ts'
import { recipeWith } from './recipe.ts'
import { nothingSaved } from './synthetic-trainers.ts'
import { contextOf } from './virtual.ts'

export const LENGTH = 1100
const RATE = 0.1

export const centreOf = (peer: number): Vector => {
  const random = seeded(7).fork(peer)
  return Float32Array.from({ length: LENGTH }, () => random.normal())
}

/** Peer i descends 1/2 |x - c_i|^2, from zero; its examples are 2^i. */
export const weighedTrainer = (peer: number): Trainer => {
  const centre = centreOf(peer)
  return {
    ...nothingSaved,
    layout: layoutOf([{ name: 'x', shape: [LENGTH] }]),
    initial: () => new Float32Array(LENGTH),
    train: () => {
      throw new Error('takes no local steps')
    },
    gradients: () => ({
      rows: () => 2 ** peer,
      gradient: (replica, into) => {
        for (let i = 0; i < LENGTH; i++) into[i] = replica[i]! - centre[i]!
        return 0
      },
      follow: (replica, gradient) => {
        for (let i = 0; i < LENGTH; i++) replica[i] = replica[i]! - RATE * gradient[i]!
        return true
      },
      optimizer: nothingSaved,
      draws: nothingSaved
    })
  }
}

/** Where these steps lead, in float64. `steps`: the examples of each. */
export const replay = (steps: readonly number[]): Float64Array => {
  const x = new Float64Array(LENGTH)
  const centres = new Map<number, Vector>()
  for (const samples of steps) {
    const mean = new Float64Array(LENGTH)
    for (let peer = 0; 2 ** peer <= samples; peer++) {
      if ((samples & (2 ** peer)) === 0) continue
      const centre = centres.get(peer) ?? centreOf(peer)
      centres.set(peer, centre)
      for (let i = 0; i < LENGTH; i++) mean[i]! += (2 ** peer * (x[i]! - centre[i]!)) / samples
    }
    for (let i = 0; i < LENGTH; i++) x[i]! -= RATE * mean[i]!
  }
  return x
}

/** What may be done to a peer as it acts. */
export interface Hooks {
  /** The effects that it may still have of these; fewer than all: it falls silent for good. */
  readonly effects?: (
    peer: number,
    effects: ReadonlyArray<Effect<RingKinds>>,
    now: number
  ) => ReadonlyArray<Effect<RingKinds>>
  /** The events that it gets in the place of this one. */
  readonly events?: (
    peer: number,
    event: ProtocolEvent<RingKinds>,
    now: number
  ) => ReadonlyArray<ProtocolEvent<RingKinds>>
}

export interface RingSetting {
  readonly peers: number
  readonly steps: number
  readonly faults?: readonly object[]
  readonly network?: object
  readonly strategy?: object
  readonly compression?: object
  readonly stepMs?: (peer: number) => number
  readonly seed?: number
  readonly trains?: (peer: number) => boolean
  readonly hooks?: Hooks
  readonly planned?: number
}

export interface RingSwarm {
  readonly swarm: VirtualSwarm
  /** By peer: the examples of every step that its replica consists of, and that it has made itself. */
  readonly made: ReadonlyArray<ReadonlyMap<number, number>>
  /** What its operator was told. */
  readonly notices: readonly string[]
  /** Kinds of messages sent, in order: `at peer kind`. */
  readonly sent: readonly string[]
  /** Of the last checkpoint of each. */
  readonly marks: ReadonlyArray<Mark | null>
  /** Falls away without a word. */
  crash(peer: number, state?: 'kept' | 'lost'): void
}

const FLOOR_MS = 100

const indexOf = (name: PeerName): number => Number(name.split('-')[1])

export const createRingSwarm = (setting: RingSetting): RingSwarm => {
  const { peers, steps, seed = 1, hooks = {}, stepMs = () => 5 } = setting
  const recipe = recipeWith({
    seed,
    training: { learningRate: RATE, batch: 1, localSteps: 1, steps },
    topology: { name: 'full' },
    compression: setting.compression ?? { name: 'none' },
    strategy: {
      name: 'ring-all-reduce',
      bucketBytes: 1024,
      deadline: { floorMs: FLOOR_MS, ceilingMs: 1000 },
      startPatienceMs: 500,
      ...setting.strategy
    }
  })
  const made = Array.from({ length: peers }, () => new Map<number, number>())
  const notices: string[] = []
  const sent: string[] = []
  const marks: Array<Mark | null> = Array.from({ length: peers }, () => null)
  const layout = weighedTrainer(0).layout
  const bound = createRingAllReduce(recipe, layout, contextOf(setting.planned ?? peers))
  const strategy: Strategy<RingKinds> = {
    ...bound,
    protocol: (components): Protocol<RingKinds> => {
      const peer = indexOf(components.self)
      const inner = bound.protocol(components)
      return {
        handle: (event, now) => {
          const events = hooks.events?.(peer, event, now) ?? [event]
          const effects = events.flatMap((one) => inner.handle(one, now))
          const left = hooks.effects?.(peer, effects, now) ?? effects
          for (const effect of left) {
            if (effect.type === 'checkpoint') marks[peer] = effect.record.mark
            if (effect.type === 'notice') notices.push(`${peer}: ${effect.text}`)
            if (effect.type === 'send') sent.push(`${now} ${peer} ${effect.message.kind}`)
          }
          return left
        }
      }
    },
    compute: (trainer, kept): Compute<RingKinds> => {
      const peer = Math.log2(trainer.gradients!().rows())
      const half = bound.compute(trainer, kept)
      let step = 0
      return {
        replica: half.replica,
        mixed: null,
        fingerprint: () => half.fingerprint!(),
        run: (job: Job) => {
          const result = half.run(job)
          if (job.kind === 'gradient') step = job.at
          if (job.kind === 'apply') made[peer]!.set(step, job.samples)
          // From here on it stands elsewhere.
          if (result.kind === 'written' && result.complete === true) made[peer]!.clear()
          if (job.kind === 'resume') made[peer]!.clear()
          return result
        }
      }
    }
  }
  const faults = (setting.faults ?? []).map((fault): Fault => faultSchema.parse(fault))
  const swarm = createVirtualSwarm({
    strategy: strategy as unknown as Strategy<Kinds>,
    peers,
    trainer: weighedTrainer,
    topology: recipe.topology,
    network: networkSchema.parse({ latencyMs: 10, forgetMs: 3000, ...setting.network }),
    stepMs,
    ...(setting.trains === undefined ? {} : { trains: setting.trains }),
    faults,
    tag: { manifest: 1, layout: 2 },
    seed
  })
  return {
    swarm,
    made,
    notices,
    sent,
    marks,
    crash: (peer, state = 'lost') => {
      const atMs = swarm.clock.now
      swarm.faults.schedule([
        faultSchema.parse({ kind: 'crash', peers: [peer], atMs, returnMs: null, state })
      ])
    }
  }
}

/** The examples of each step, as those agree on them whose replicas are one; throws where they do not. */
export const agreed = ({ made, marks }: RingSwarm, peers: readonly number[]): number[] => {
  const steps: number[] = []
  for (const peer of peers) {
    if (!sameMark(marks[peer]!, marks[peers[0]!]!)) throw new Error(`peer ${peer} is elsewhere`)
    for (const [step, samples] of made[peer]!) {
      if (steps[step] !== undefined && steps[step] !== samples) {
        throw new Error(`step ${step}: ${steps[step]} and ${samples} at peer ${peer}`)
      }
      steps[step] = samples
    }
  }
  return steps
}

export const finishedOf = ({ swarm }: RingSwarm): number[] =>
  swarm.members.filter(({ presence }) => presence === 'finished').map(({ index }) => index)

/** To the last bit, without looking at each. */
export const areEqual = (a: Vector, b: Vector): boolean =>
  Buffer.compare(Buffer.from(a.buffer), Buffer.from(b.buffer)) === 0
