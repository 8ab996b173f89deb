/** Swarms of delta-set with faults, and what their peers say and notice. */
import type { DeltaCodeOptions } from '../../src/compression/delta/index.ts'
import { faultSchema } from '../../src/simulation/faults/fault-schema.ts'
import { networkSchema } from '../../src/simulation/network-schema.ts'
import { createVirtualSwarm, type VirtualSwarm } from '../../src/simulation/virtual-swarm.ts'
import { baseOf } from '../../src/strategy/delta-set/body.ts'
import { createDeltaSet } from '../../src/strategy/delta-set/index.ts'
import type { Delta, DeltaKinds, Message } from '../../src/strategy/delta-set/kinds.ts'
import type { Kinds, PeerName, Protocol, Strategy } from '../../src/strategy/strategy.ts'
import type { Vector } from '../../src/vector/vector.ts'
import { hashSlowly, replicaOf } from '../unit/strategy/delta-set/mesh-oracle.ts'
import { type Decide, fated } from './fates.ts'
import { recipeWith } from './recipe.ts'
import { quadraticTrainers } from './synthetic-trainers.ts'
import { contextOf } from './virtual.ts'

export interface DeltaSetting {
  readonly peers: number
  readonly rounds: number
  /** @default 40000: three chunks */
  readonly length?: number
  /** As a scenario has them, without defaults. */
  readonly faults?: readonly object[]
  readonly network?: object
  readonly topology?: object
  readonly strategy?: object
  readonly seed?: number
  /** Peers that only follow. */
  readonly followers?: readonly number[]
  /** @default 10 */
  readonly stepMs?: (peer: number) => number
  /** What becomes of a message that is about to be handled. @default it comes */
  readonly fate?: Decide
  /** Told of every message that is sent. */
  readonly onSend?: (from: PeerName, to: PeerName, message: Message, atMs: number) => void
}

/** A hash that a peer has told, of its replica at a cut. */
export interface Compared {
  readonly peer: number
  readonly cut: string
  readonly hash: string
  /** The whole hash of what it has at that moment. */
  readonly fingerprint: string
}

export interface Word {
  readonly atMs: number
  readonly peer: PeerName
  readonly text: string
}

export interface DeltaSwarm {
  readonly swarm: VirtualSwarm
  readonly notices: readonly Word[]
  readonly rejects: readonly Word[]
  /** Messages sent, of every kind. */
  readonly sent: ReadonlyMap<string, number>
  /** Own deltas that were kept, and so might have been shown, of every origin, in their order. */
  readonly published: ReadonlyMap<PeerName, readonly Delta[]>
  readonly compared: readonly Compared[]
  /** Rounds that each peer has completed. */
  readonly rounds: ReadonlyArray<readonly number[]>
  readonly code: DeltaCodeOptions
  readonly initial: Vector
}

const LENGTH = 40_000

export const createDeltaSwarm = (setting: DeltaSetting): DeltaSwarm => {
  const { peers, length = LENGTH, seed = 1 } = setting
  const recipe = recipeWith({
    seed,
    training: { learningRate: 0.1, batch: 1, localSteps: 2, steps: 2 * setting.rounds },
    topology: setting.topology ?? { name: 'random-regular', degree: 4, lifetime: 10 },
    strategy: {
      name: 'delta-set',
      density: 0.01,
      deadline: { floorMs: 20, ceilingMs: 200 },
      startPatienceMs: 5000,
      ...setting.strategy
    }
  })
  const trainers = quadraticTrainers(peers, length, 0.05, seed)
  const notices: Word[] = []
  const rejects: Word[] = []
  const sent = new Map<string, number>()
  const published = new Map<PeerName, Delta[]>()
  const compared: Compared[] = []
  const rounds = Array.from({ length: peers }, (): number[] => [])
  const strategy = createDeltaSet(recipe, trainers[0]!.layout, contextOf(peers))
  const listening: Strategy<DeltaKinds> = {
    ...strategy,
    protocol: (components) => {
      const protocol = strategy.protocol(components)
      const { self: peer } = components
      const listened: Protocol<DeltaKinds> = {
        handle(event, now) {
          const effects = protocol.handle(event, now)
          for (const effect of effects) {
            if (effect.type === 'notice') notices.push({ atMs: now, peer, text: effect.text })
            if (effect.type === 'reject') {
              rejects.push({ atMs: now, peer, text: `${effect.peer} ${effect.reason}` })
            }
            if (effect.type === 'persist' && effect.record.kind === 'own') {
              const own = published.get(peer) ?? []
              published.set(peer, own)
              own.push(effect.record.delta)
            }
            if (effect.type === 'send') {
              const { kind } = effect.message
              setting.onSend?.(peer, effect.to, effect.message, now)
              sent.set(kind, (sent.get(kind) ?? 0) + 1)
            }
          }
          return effects
        }
      }
      return listened
    }
  }
  const swarm = createVirtualSwarm({
    strategy: fated(listening as unknown as Strategy<Kinds>, setting.fate ?? (() => 'comes')),
    peers,
    trainer: (peer) => trainers[peer]!,
    topology: recipe.topology,
    network: networkSchema.parse({ latencyMs: 10, discoveryMs: 20, ...setting.network }),
    stepMs: setting.stepMs ?? (() => 10),
    ...(setting.followers === undefined
      ? {}
      : { trains: (peer) => !setting.followers!.includes(peer) }),
    faults: (setting.faults ?? []).map((fault) => faultSchema.parse(fault)),
    tag: { manifest: 1, layout: 2 },
    seed,
    onRound: ({ index }, { round }) => rounds[index]!.push(round),
    onReplica: ({ index, replicaHash }, cut, hash) =>
      compared.push({ peer: index, cut, hash, fingerprint: replicaHash ?? '' })
  })
  const code: DeltaCodeOptions = {
    layout: trainers[0]!.layout,
    values: 'one-bit',
    selection: { kind: 'global' },
    maxDensity: 0.1,
    maxScale: 2 ** 26
  }
  const initial = trainers[0]!.initial()
  return { swarm, notices, rejects, sent, published, compared, rounds, code, initial }
}

/** The hash of every replica that is there. */
export const fingerprints = ({ swarm }: DeltaSwarm): string[] =>
  swarm.members.flatMap(({ peer }) => peer?.compute.fingerprint?.() ?? [])

/**
 * What the replica has to be: of every origin the newest delta, the one that it follows, and so on,
 * subtracted from the initial replica. What an origin has voided is not among them.
 */
export const expectedHash = ({ published, code, initial }: DeltaSwarm): string => {
  const counted = [...published.values()].flatMap((deltas) => {
    const bySeq = new Map(deltas.map((delta) => [delta.seq, delta]))
    const chain: Delta[] = []
    let at = bySeq.get(Math.max(...bySeq.keys()))
    for (; at !== undefined; at = bySeq.get(baseOf(at))) chain.push(at)
    return chain
  })
  return hashSlowly(replicaOf(initial, counted, code))
}

/** Numbers with which an origin has signed two different deltas. */
export const signedTwice = ({ published }: DeltaSwarm): string[] =>
  [...published].flatMap(([peer, deltas]) => {
    const texts = new Map<number, string>()
    return deltas.flatMap(({ seq, body }) => {
      const text = Buffer.from(body).toString('hex')
      const before = texts.get(seq)
      texts.set(seq, text)
      return before === undefined || before === text ? [] : [`${peer} ${seq}`]
    })
  })
