/**
 * What all replicas of a shard know beside vectors, and how operations change it: a deterministic state
 * machine. Whoever applies the same operations in the same order has the same table and issues the same
 * jobs, so the vectors are the same, too. An entry outlives the peer's activity: a push that comes again,
 * to whichever primary, is known.
 */
import type { PeerName } from '../strategy.ts'
import type { Job, Op, Role } from './kinds.ts'
import type { ServerOptions } from './options.ts'
import type { Sampling } from './sampling.ts'
import { stalenessFactor } from './staleness.ts'

export interface Participant {
  life: number
  role: Role
  /** Others wait for it. */
  active: boolean
  /** It has done its last round. */
  complete: boolean
  /** The last push of this life that has been decided; 0: none. */
  seq: number
  /** That push came too late to count. */
  late: boolean
  /** Its next round. */
  clock: number
  /** It has pushed in this synchronous round. */
  pushed: boolean
  /** It is to push in this round, where not all are. */
  drawn: boolean
}

export type TableOptions = Pick<ServerOptions, 'mode' | 'bound' | 'staleness' | 'weighting'> & {
  /** Of the peers for each synchronous round; undefined: all of them, always. */
  readonly sampling?: Sampling
}

/** Entries that are kept; beyond, those go that have been inactive longest. */
export const MAX_PARTICIPANTS = 1024

export class ShardTable {
  /** Operations applied. */
  op = 0
  /** Of the parameters. */
  version = 0
  /** The synchronous round; else the least that a trainer can be in. */
  round = 0
  open = false
  /** Weight of what has been gathered in this round. */
  total = 0
  readonly participants = new Map<PeerName, Participant>()
  readonly #options: TableOptions
  readonly #shard: number

  constructor(options: TableOptions, shard: number) {
    this.#options = options
    this.#shard = shard
  }

  /** Applies the next operation; returns what is to be done to the vectors. */
  apply(op: Op): readonly Job[] {
    this.op++
    switch (op.kind) {
      case 'join':
        this.#join(op)
        return this.#closed()
      case 'push':
        return [...this.#push(op), ...this.#closed()]
      case 'drop':
        this.#part(op.peer, false)
        return this.#closed()
      case 'finish':
        this.#part(op.peer, op.complete)
        return this.#closed()
      case 'open':
        this.open = true
        return this.#closed()
    }
  }

  /** The round that trainers are in: all, the slowest, or more than half of them. */
  get current(): number {
    if (this.#options.mode === 'synchronous') return this.round
    const bounded = this.#options.mode === 'bounded'
    const clocks: number[] = []
    for (const { role, active, complete, clock } of this.participants.values()) {
      if (role === 'trainer' && (active || (complete && !bounded))) clocks.push(clock)
    }
    if (clocks.length === 0) return this.#furthest
    clocks.sort((a, b) => b - a)
    return bounded ? clocks.at(-1)! : clocks[clocks.length >> 1]!
  }

  /** Nobody trains any more, and somebody has come to the end. */
  get over(): boolean {
    let complete = false
    for (const participant of this.participants.values()) {
      if (participant.active && participant.role === 'trainer') return false
      complete ||= participant.complete && participant.role === 'trainer'
    }
    return this.open && complete
  }

  /** How many train, or have come only to serve. */
  get gathered(): number {
    let count = 0
    for (const { active, role } of this.participants.values()) {
      if (active && role !== 'follower') count++
    }
    return count
  }

  /** The round that this peer is to do next. */
  roundOf({ role, clock }: Participant): number {
    return role === 'trainer' && this.#options.mode !== 'synchronous' ? clock : this.current
  }

  /** Whether a peer that has the parameters of `version` may have newer ones and go on. */
  mayGoOn(participant: Participant, version: number): boolean {
    if (!this.open) return false
    const { mode, bound } = this.#options
    if (participant.role !== 'trainer') {
      // A follower that took every asynchronous update alone would take n times what a trainer takes.
      const step = mode === 'synchronous' ? 1 : Math.max(1, this.#trainers)
      return version < 0 || this.version >= version + step || this.over
    }
    if (mode === 'synchronous') {
      // Who rests has the parameters once, and then the last ones.
      return !participant.pushed && (version < 0 || !this.rests(participant))
    }
    return mode === 'asynchronous' || participant.clock - this.current <= bound
  }

  /** Whether this peer has to wait until it is drawn. */
  rests({ role, drawn }: Participant): boolean {
    const { sampling } = this.#options
    if (sampling === undefined || role !== 'trainer') return false
    return !drawn && this.round < sampling.rounds
  }

  /** Trainers that others have to wait for: only they have not done this round. Who is drawn has a deadline of its own. */
  get laggards(): readonly PeerName[] {
    if (!this.open || this.#options.mode === 'asynchronous') return []
    const trainers = [...this.participants].filter(([, p]) => p.active && p.role === 'trainer')
    if (this.#options.sampling !== undefined) {
      return trainers.filter(([, p]) => p.drawn && !p.pushed).map(([peer]) => peer)
    }
    const lags = ({ pushed, clock }: Participant): boolean =>
      this.#options.mode === 'synchronous' ? !pushed : clock === this.current
    const found = trainers.filter(([, participant]) => lags(participant))
    return found.length === trainers.length ? [] : found.map(([peer]) => peer)
  }

  get #trainers(): number {
    let count = 0
    for (const { active, role } of this.participants.values()) {
      if (active && role === 'trainer') count++
    }
    return count
  }

  get #furthest(): number {
    let furthest = this.round
    for (const { role, clock } of this.participants.values()) {
      if (role === 'trainer') furthest = Math.max(furthest, clock)
    }
    return furthest
  }

  #join({ peer, life, role }: Extract<Op, { kind: 'join' }>): void {
    const known = this.participants.get(peer)
    const clock = this.current
    if (known !== undefined && known.life === life) {
      if (!known.active) known.clock = Math.max(known.clock, clock)
      Object.assign(known, { role, active: true, complete: false })
      return
    }
    this.participants.delete(peer)
    if (this.participants.size >= MAX_PARTICIPANTS && !this.#forgetOne()) return
    this.participants.set(peer, {
      life,
      role,
      active: true,
      complete: false,
      seq: 0,
      late: false,
      clock,
      pushed: false,
      drawn: false
    })
  }

  #forgetOne(): boolean {
    for (const [peer, { active }] of this.participants) {
      if (!active) return this.participants.delete(peer)
    }
    return false
  }

  #part(peer: PeerName, complete: boolean): void {
    const participant = this.participants.get(peer)
    if (participant === undefined) return
    participant.active = false
    participant.drawn = false
    participant.complete ||= complete
    // The order of the entries says who has been inactive longest.
    this.participants.delete(peer)
    this.participants.set(peer, participant)
  }

  #push({ peer, seq, base, weight, bytes }: Extract<Op, { kind: 'push' }>): readonly Job[] {
    const participant = this.participants.get(peer)
    if (participant === undefined || seq <= participant.seq) return []
    const shard = this.#shard
    participant.seq = seq
    if (!participant.active) participant.clock = Math.max(participant.clock, this.current)
    participant.active = true
    participant.role = 'trainer'
    const { mode, staleness, weighting } = this.#options
    participant.late = mode === 'synchronous' && (base !== this.version || participant.pushed)
    if (participant.late) return []
    participant.clock++
    if (mode === 'synchronous') {
      participant.pushed = true
      if (weight === 0) return []
      const counts = weighting === 'samples' ? weight : 1
      this.total += counts
      return [{ kind: 'gather', shard, bytes, weight: counts }]
    }
    if (mode === 'asynchronous') participant.clock = Math.max(participant.clock, this.current)
    if (weight === 0) return []
    const age = Math.max(0, this.version - base)
    this.version++
    const scale =
      mode === 'bounded' ? 1 / Math.max(1, this.#trainers) : stalenessFactor(staleness, age)
    return [{ kind: 'step', shard, bytes, scale }]
  }

  /** Ends the synchronous round once everybody who is to push has pushed. */
  #closed(): readonly Job[] {
    if (this.#options.mode !== 'synchronous' || !this.open) return []
    const jobs = this.#close()
    this.#draw()
    return jobs
  }

  #close(): readonly Job[] {
    let pushed = 0
    for (const participant of this.participants.values()) {
      if (participant.pushed) pushed++
      else if (participant.active && participant.role === 'trainer' && !this.rests(participant)) {
        return []
      }
    }
    if (pushed === 0) return []
    const { total } = this
    for (const participant of this.participants.values()) {
      participant.pushed = false
      participant.drawn = false
    }
    this.total = 0
    this.round++
    this.version++
    return [{ kind: 'close', shard: this.#shard, total }]
  }

  /** Draws, unless somebody is still to push: a round whose peers have all gone is given to others. */
  #draw(): void {
    const { sampling } = this.#options
    if (sampling === undefined || this.round >= sampling.rounds) return
    const trainers: PeerName[] = []
    for (const [peer, { active, role, drawn, pushed }] of this.participants) {
      if (!active || role !== 'trainer') continue
      if (drawn || pushed) return
      trainers.push(peer)
    }
    for (const peer of sampling.draw(this.round, trainers)) {
      this.participants.get(peer)!.drawn = true
    }
  }
}
