/** A whole swarm in virtual time: peers, network, clock and faults, all from one seed. */
import { Neighbourhood } from '../consensus/neighbourhood.ts'
import { createTopology } from '../consensus/topologies.ts'
import { RunFailedError } from '../errors.ts'
import { seeded } from '../random.ts'
import type { Kinds, Milliseconds, PeerName, Strategy, Trainer } from '../strategy/strategy.ts'
import type { Budget } from '../swarm/budget.ts'
import type { TopologyConfig } from '../swarm/recipe.ts'
import { swarmStreams } from '../swarm/streams.ts'
import type { SwarmTag } from '../wire/frame.ts'
import { wireLimits } from '../wire/limits.ts'
import { bringsBack } from './faults/brings-back.ts'
import { FaultInjector } from './faults/fault-injector.ts'
import type { Fault } from './faults/fault-schema.ts'
import type { NetworkConfig } from './network-schema.ts'
import { drawLinks } from './peer-links.ts'
import { Roster } from './roster.ts'
import { VirtualClock } from './virtual-clock.ts'
import { VirtualMember } from './virtual-member.ts'
import { VirtualNetwork } from './virtual-network.ts'
import { type Completion, VirtualPeer } from './virtual-peer.ts'

export interface VirtualSwarmOptions {
  readonly strategy: Strategy<Kinds>
  readonly peers: number
  /** A fresh trainer of a peer: at its first coming, and after it has lost its state. */
  readonly trainer: (peer: number) => Trainer
  readonly topology: TopologyConfig
  readonly network: NetworkConfig
  /** Virtual duration of one local step of a peer. */
  readonly stepMs: (peer: number) => Milliseconds
  readonly budget?: Budget | null
  /** Whether a peer trains, or only follows. @default true */
  readonly trains?: (peer: number) => boolean
  readonly faults?: readonly Fault[]
  readonly tag: SwarmTag
  /** Fixes topology, links, faults and nonces. */
  readonly seed: number
  readonly onRound?: (member: VirtualMember, completion: Completion) => void
  /** A peer's replica has this hash where others come by, too. */
  readonly onReplica?: (member: VirtualMember, cut: string, hash: string) => void
}

export interface VirtualSwarm {
  readonly members: readonly VirtualMember[]
  readonly network: VirtualNetwork
  readonly clock: VirtualClock
  readonly faults: FaultInjector
  /** Starts those who are there from the beginning. */
  begin(): void
  /** Every peer that is there parts from the others. */
  leave(): void
  /** True once nobody trains any more and nobody is to come before somebody has finished. */
  over(): boolean
}

/** How long the run may keep the event loop before it lets progress and signals through. */
const SLICE_MS = 50
/** Looking at the real clock after every event would cost more than many an event. */
const STEPS_BETWEEN_LOOKS = 16

/**
 * How long a peer may wait, once others have finished, for what nobody is left to give it: one that
 * comes back to an empty swarm would wait for ever.
 */
const STRANDED_MS = 600_000

/** Virtual peers' names sort like their numbers. */
export const virtualName = (index: number): PeerName => `peer-${String(index).padStart(5, '0')}`

export const createVirtualSwarm = (options: VirtualSwarmOptions): VirtualSwarm => {
  const { strategy, seed } = options
  const random = seeded(seed).fork('virtual')
  const clock = new VirtualClock()
  const limits = wireLimits(strategy.codec.maxBody)
  const network = new VirtualNetwork(
    clock,
    random.fork('network'),
    options.network,
    options.tag,
    limits
  )
  const topology = createTopology(
    strategy.topology ?? options.topology,
    swarmStreams(seed).topology
  )
  const links = drawLinks(options.network, options.peers, random.fork('links'))
  const members = links.map(
    (link, index) =>
      new VirtualMember(index, virtualName(index), link, options.stepMs(index), () =>
        options.trainer(index)
      )
  )
  const { trains = null } = options
  /** How many of those who are known train; null: all. */
  const trainers = (): number | null =>
    trains === null
      ? null
      : members.filter(({ index, name }) => roster.members.includes(name) && trains(index)).length
  const roster = new Roster(clock, options.network, () => {
    for (const { here, peer } of members) if (here) peer?.members(roster.members, trainers())
  })
  const remembers = (options.faults ?? []).some(bringsBack)
  let here = 0
  let finished = 0
  /** When a peer last came, completed a round or finished. */
  let lastMove = 0
  /** True once the run has been told to end: nobody comes any more. */
  let ending = false

  /** The end of a leave that is a fault: what is to happen when the peer has parted. */
  const parting = new Map<VirtualMember, () => void>()

  const finish = (member: VirtualMember): void => {
    here--
    lastMove = clock.now
    const parted = parting.get(member)
    if (parted === undefined) {
      member.presence = 'finished'
      finished++
      return
    }
    parting.delete(member)
    member.presence = 'away'
    member.depart(false)
    roster.left(member.name)
    parted()
  }

  const arrive = (member: VirtualMember, late: boolean): void => {
    const { name, counters } = member
    const { trainer, kept, records, trained, round, stay } = member.arrive(late)
    member.presence = 'present'
    here++
    lastMove = clock.now
    const neighbourhood = new Neighbourhood(topology, name, roster.members)
    neighbourhood.trainers = trainers()
    member.peer = new VirtualPeer({
      name,
      strategy,
      compute: strategy.compute(trainer, kept),
      records: remembers ? records : null,
      random: random.fork(name).fork(stay),
      neighbourhood,
      clock,
      network,
      counters,
      round,
      budget: options.budget ?? null,
      trains: trains?.(member.index) ?? true,
      trained,
      onRound: (completion) => {
        member.completed(completion)
        lastMove = clock.now
        options.onRound?.(member, completion)
      },
      onFinished: () => finish(member),
      onReplica: (cut, hash) => options.onReplica?.(member, cut, hash)
    })
    member.peer.start()
  }

  const faults = new FaultInjector(clock, random.fork('faults'), options.peers, {
    arrive: (index) => {
      const member = members[index]!
      // Its time to be back has come before it had parted: then it goes at once.
      if (member.presence === 'leaving') finish(member)
      if (ending || (member.presence !== 'awaited' && member.presence !== 'away')) return false
      roster.came(member.name)
      arrive(member, true)
      return true
    },
    leave: (index, gone) => {
      const member = members[index]!
      if (member.presence !== 'present') return false
      member.presence = 'leaving'
      parting.set(member, gone)
      member.peer!.leave()
      return true
    },
    crash: (index, lost) => {
      const member = members[index]!
      if (!member.here) return false
      here--
      parting.delete(member)
      member.presence = 'away'
      member.depart(lost)
      roster.vanished(member.name)
      return true
    },
    divide: (sideOf) => {
      const sides = new Map(members.map(({ name, index }) => [name, sideOf(index)]))
      network.divide((peer) => sides.get(peer)!)
    }
  })
  const late = new Set(
    (options.faults ?? []).flatMap((fault) => (fault.kind === 'join' ? fault.peers : []))
  )

  return {
    members,
    network,
    clock,
    faults,
    begin: () => {
      const first = members.filter(({ index }) => !late.has(index))
      roster.begin(first.map(({ name }) => name))
      for (const { name, link } of members) network.introduce(name, link)
      faults.schedule(options.faults ?? [])
      for (const member of first) arrive(member, false)
    },
    leave: () => {
      ending = true
      for (const { presence, peer } of members) if (presence === 'present') peer!.leave()
    },
    over: () => {
      if (here === 0) return ending || finished > 0 || faults.awaited === 0
      return finished > 0 && clock.now > lastMove + STRANDED_MS
    }
  }
}

/**
 * Runs until every peer that is there has finished, or until `enough`. `signal`: peers leave at once,
 * and the run ends early but clean.
 */
export const runVirtualSwarm = async (
  swarm: VirtualSwarm,
  signal?: AbortSignal,
  enough: () => boolean = () => false
): Promise<void> => {
  swarm.begin()
  let left = false
  let steps = 0
  let sliceEnds = performance.now() + SLICE_MS
  while (!swarm.over() && !enough()) {
    if (!swarm.clock.step()) throw new RunFailedError('the simulated swarm stands still')
    if (++steps % STEPS_BETWEEN_LOOKS !== 0 || performance.now() < sliceEnds) continue
    await new Promise((resolve) => setImmediate(resolve))
    sliceEnds = performance.now() + SLICE_MS
    if (signal?.aborted === true && !left) {
      left = true
      swarm.leave()
    }
  }
}
