/**
 * Parameter servers in virtual time whose sums are exact: every local round of a peer takes 1 off each
 * parameter that is its own (element i belongs to peer i mod peers), so with an asynchronous shard that
 * takes every update whole, element i ends at minus the number of that peer's pushes that were counted.
 */
import { faultSchema } from '../../src/simulation/faults/fault-schema.ts'
import { networkSchema } from '../../src/simulation/network-schema.ts'
import { createVirtualSwarm, type VirtualSwarm } from '../../src/simulation/virtual-swarm.ts'
import type { Message } from '../../src/strategy/parameter-server/kinds.ts'
import { STRATEGIES } from '../../src/strategy/registry.ts'
import type {
  Effect,
  Kinds,
  PeerName,
  ProtocolEvent,
  Strategy,
  Trainer
} from '../../src/strategy/strategy.ts'
import { layoutOf } from '../../src/vector/layout.ts'
import type { Bytes, Vector } from '../../src/vector/vector.ts'
import { type Fate, withFates } from './fates.ts'
import { recipeWith } from './recipe.ts'
import { nothingSaved } from './synthetic-trainers.ts'
import { contextOf } from './virtual.ts'

export interface ServerSetting {
  /** @default parameter-server */
  readonly name?: 'parameter-server' | 'federated-averaging'
  readonly peers: number
  readonly rounds: number
  readonly strategy?: object
  readonly compression?: object
  readonly network?: object
  readonly faults?: readonly object[]
  readonly stepMs?: (peer: number) => number
  readonly seed?: number
  readonly trains?: (peer: number) => boolean
  readonly trainer?: (peer: number) => Trainer
  /** What becomes of a message that is about to be handled. @default it comes */
  readonly fate?: (to: PeerName, from: PeerName, message: Message, now: number) => Fate
  readonly onRound?: (peer: number, round: number, swarm: VirtualSwarm) => void
}

export interface ServerSwarm {
  readonly swarm: VirtualSwarm
  /** The latest that anybody has said of who serves a shard. */
  readonly leads: ReadonlyMap<number, Extract<Message, { kind: 'lead' }>>
  /** Every (shard, term) and who has answered pushes in it. */
  readonly answered: ReadonlyMap<string, ReadonlySet<PeerName>>
  /** Rounds of local steps of each peer, over all its lives. */
  readonly issued: readonly number[]
  /** `shard life seq` of each peer's pushes that somebody else has told it were counted. */
  readonly acknowledged: ReadonlyArray<ReadonlySet<string>>
  /** The version that each push, by the same name, was computed from. */
  readonly bases: ReadonlyMap<string, number>
  readonly rounds: ReadonlyArray<readonly number[]>
  readonly notices: readonly string[]
  /** The parameters of a shard, as its primary has them. */
  params(shard: number): Vector
  /** The parameters of all shards. */
  all(): Vector
}

/** Two elements of every peer in each shard. */
export const lengthFor = (peers: number, shards: number): number => 2 * peers * shards

/** Counts: each call takes 1 off this peer's own elements. */
export const countingTrainer = (
  peers: number,
  length: number,
  peer: number,
  calls: number[]
): Trainer => ({
  ...nothingSaved,
  layout: layoutOf([{ name: 'x', shape: [length] }]),
  initial: () => new Float32Array(length),
  train: (replica, steps) => {
    if (steps === 0) return { loss: null, samples: 0 }
    calls[peer]!++
    for (let i = peer; i < length; i += peers) replica[i] = replica[i]! - 1
    return { loss: 0, samples: steps }
  }
})

const EXACT = { mode: 'asynchronous', staleness: 'none' }
const PATIENCE = { failoverMs: 400, startPatienceMs: 2000 }

export const createServerSwarm = (setting: ServerSetting): ServerSwarm => {
  const { name = 'parameter-server', peers, rounds, seed = 1 } = setting
  const { stepMs = () => 5, fate = () => 'comes' } = setting
  const exact = name === 'parameter-server' ? EXACT : {}
  const options = { name, ...exact, ...PATIENCE, ...setting.strategy } as const
  const shards = 'shards' in options ? Number(options.shards) : 1
  const length = lengthFor(peers, shards)
  const recipe = recipeWith({
    seed,
    training: { learningRate: 0.1, localSteps: 2, steps: 2 * rounds },
    compression: setting.compression ?? { name: 'none' },
    strategy: options
  })
  const issued = Array.from({ length: peers }, () => 0)
  const acknowledged = Array.from({ length: peers }, () => new Set<string>())
  const bases = new Map<string, number>()
  const completed = Array.from({ length: peers }, (): number[] => [])
  const leads = new Map<number, Extract<Message, { kind: 'lead' }>>()
  const answered = new Map<string, Set<PeerName>>()
  const notices: string[] = []
  const trainer =
    setting.trainer ?? ((peer: number) => countingTrainer(peers, length, peer, issued))
  const strategy = STRATEGIES[name]!.create(recipe, trainer(0).layout, contextOf(peers))

  const watch = (self: PeerName, effect: Effect<Kinds>): void => {
    if (effect.type === 'notice') notices.push(effect.text)
    if (effect.type !== 'send') return
    const message = effect.message as Message
    if (message.kind === 'push') {
      bases.set(`${message.shard} ${message.life} ${message.seq}`, message.base)
    }
    if (message.kind === 'lead' && message.term > (leads.get(message.shard)?.term ?? 0)) {
      leads.set(message.shard, message)
    }
    if (message.kind === 'append' || message.kind === 'beat') {
      // Who sends operations of a term is its primary.
      const key = `${message.shard} ${message.term}`
      answered.set(key, (answered.get(key) ?? new Set()).add(self))
    }
  }
  const watched: Strategy<Kinds> = {
    ...strategy,
    protocol: (components) => {
      const { self } = components
      const half = strategy.protocol(components)
      const index = Number(self.slice(-5))
      const handle = (event: ProtocolEvent<Kinds>, now: number): readonly Effect<Kinds>[] => {
        if (event.type === 'received') {
          const message = event.message as Message
          if (message.kind === 'counted' && !message.late) {
            acknowledged[index]!.add(`${message.shard} ${message.life} ${message.seq}`)
          }
        }
        const effects = half.handle(event, now)
        for (const effect of effects) watch(self, effect)
        return effects
      }
      return withFates(
        self,
        (to, from, message, now) => fate(to, from, message as Message, now),
        handle
      )
    }
  }
  const swarm = createVirtualSwarm({
    strategy: watched,
    peers,
    trainer,
    topology: recipe.topology,
    network: networkSchema.parse({ latencyMs: 10, ...setting.network }),
    stepMs,
    faults: (setting.faults ?? []).map((fault) => faultSchema.parse(fault)),
    tag: { manifest: 1, layout: 2 },
    seed,
    ...(setting.trains === undefined ? {} : { trains: setting.trains }),
    onRound: ({ index }, { round }) => {
      completed[index]!.push(round)
      setting.onRound?.(index, round, swarm)
    }
  })
  const params = (shard: number): Vector => {
    const primary = leads.get(shard)?.group[0]
    const compute = swarm.members.find(({ name }) => name === primary)?.peer?.compute
    if (compute === undefined) throw new Error(`nobody serves shard ${shard}`)
    const read = compute.run({ kind: 'read', shard } as Kinds['job']) as unknown as { bytes: Bytes }
    return new Float32Array(read.bytes.buffer.slice(0))
  }
  return {
    swarm,
    leads,
    answered,
    issued,
    acknowledged,
    bases,
    rounds: completed,
    notices,
    params,
    all: () =>
      Float32Array.from(Array.from({ length: shards }, (_, shard) => [...params(shard)]).flat())
  }
}

/** Far more than any of these swarms takes. */
const ENOUGH_STEPS = 3_000_000

/** Steps until the swarm is over, or until `done`; throws when it hangs. */
export const runServers = (
  run: ServerSwarm,
  done: () => boolean = () => false,
  limitMs = 2_000_000
): void => {
  const { swarm } = run
  for (let steps = 0; !swarm.over() && !done(); steps++) {
    if (steps > ENOUGH_STEPS || swarm.clock.now > limitMs) {
      throw new Error(`goes on for ever, at ${swarm.clock.now} ms`)
    }
    if (!swarm.clock.step()) throw new Error(`stands still at ${swarm.clock.now} ms`)
  }
}

/** What a peer's own elements say: how many of its pushes were counted, in each shard. */
export const countsOf = ({ all }: ServerSwarm, peers: number, peer: number): readonly number[] =>
  [...all()].flatMap((value, i) => (i % peers === peer ? [-value] : []))
