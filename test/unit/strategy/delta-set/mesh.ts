/**
 * Peers of delta-set wired up in one process, one event at a time: a random schedule chooses what
 * happens next (a message of any link, a job, an answer of the host, a timer, a link that breaks), so
 * messages are late, overtake each other on the two channels, come twice or never. Whatever is sent
 * goes through the codec. Two peers may bear one name: then their origin equivocates.
 */
import { type Random, seeded } from '../../../../src/random.ts'
import {
  isVirtuallySigned,
  virtualSignature
} from '../../../../src/simulation/virtual-signature.ts'
import type { Delta, DeltaKinds, Job } from '../../../../src/strategy/delta-set/kinds.ts'
import type {
  Compute,
  Effect,
  PeerName,
  Protocol,
  ProtocolEvent,
  Strategy
} from '../../../../src/strategy/strategy.ts'
import type { Channel, Outgoing } from '../../../../src/wire/link-end.ts'

type Event = ProtocolEvent<DeltaKinds>

/** What a peer is still to be told by its host, in order: of one link, or of one kind of question. */
interface Line {
  readonly label: string
  readonly events: Array<() => Event>
}

export interface MeshPeer {
  readonly name: PeerName
  readonly protocol: Protocol<DeltaKinds>
  readonly compute: Compute<DeltaKinds>
  /** Of all lives of this peer. */
  /** What it has kept, and (own) all deltas that it ever has. */
  readonly records: Array<DeltaKinds['record']>
  readonly own: Delta[]
  readonly rejects: string[]
  readonly notices: string[]
  readonly jobs: Job[]
  readonly timers: Map<string, number>
  readonly lines: Map<string, Line>
  /** Deltas that have gone into the replica, less those taken back. */
  applied: number
  finished: boolean
  /** Takes part. */
  present: boolean
}

/** Of two peers, by index: the smaller first. */
interface Link {
  readonly ends: readonly [number, number]
  connected: boolean
  /** Whether each end has been told, or will have been once its line is empty, that it is up. */
  readonly up: [boolean, boolean]
  allowed: boolean
}

export interface MeshOptions {
  readonly strategy: Strategy<DeltaKinds>
  readonly names: readonly PeerName[]
  /** Pairs of indices. */
  readonly edges: ReadonlyArray<readonly [number, number]>
  readonly compute: (index: number) => Compute<DeltaKinds>
  readonly seed: number
  /** Likelihoods, for each step. @default 0 */
  readonly breaks?: number
  readonly duplicates?: number
  /** What a delta becomes on its way from a peer to another. */
  readonly tamper?: (from: number, to: number, message: Outgoing) => Outgoing
}

/** How often a timer goes off before its turn. */
const EARLY = 0.03
/** All timers in turn, so often: requests that are lost are asked again after five of them. */
const QUIET_SWEEPS = 12
const MAX_SWEEPS = 1000

const PERSISTED = 'persisted'

/** Timers that only give up: the mesh lets nothing end that way. */
const NEVER = new Set(['end'])

export class Mesh {
  readonly peers: readonly MeshPeer[]
  readonly links: readonly Link[]
  /** Every own delta that exists: that has been kept, and its peer told so. */
  readonly published: Delta[] = []
  broken = 0
  duplicated = 0
  sent = 0
  /** Deltas that peers have taken back. */
  undone = 0
  now = 0
  /** False: nobody publishes any more, so that what is said comes to an end. */
  publishing = true
  readonly #options: MeshOptions
  readonly #random: Random

  constructor(options: MeshOptions) {
    this.#options = options
    this.#random = seeded(options.seed).fork('schedule')
    this.peers = options.names.map((name, index) => ({
      name,
      protocol: options.strategy.protocol({ self: name, random: seeded(index), round: 0 }),
      compute: options.compute(index),
      records: [],
      own: [],
      rejects: [],
      notices: [],
      jobs: [],
      timers: new Map(),
      lines: new Map(),
      applied: 0,
      finished: false,
      present: false
    }))
    this.links = options.edges.map((ends) => ({
      ends,
      connected: false,
      up: [false, false],
      allowed: true
    }))
  }

  /** Lets a peer begin, with what it has kept. */
  start(index: number, records: ReadonlyArray<DeltaKinds['record']> = []): void {
    const peer = this.peers[index]!
    peer.present = true
    peer.records.push(...records)
    this.#give(peer, { type: 'started', records })
    const neighbours = this.links.flatMap(({ ends: [a, b] }) =>
      a === index ? [this.peers[b]!.name] : b === index ? [this.peers[a]!.name] : []
    )
    const members = new Set(this.peers.map(({ name }) => name)).size
    this.#give(peer, { type: 'neighbours', peers: neighbours, members })
    this.#connect()
  }

  startAll(): void {
    for (const index of this.peers.keys()) this.start(index)
  }

  /** Only links that pass are allowed from now on. */
  partition(allowed: (a: number, b: number) => boolean): void {
    for (const link of this.links) {
      link.allowed = allowed(...link.ends)
      if (!link.allowed) this.#break(link)
    }
    this.#connect()
  }

  /** One event. False: nothing can happen any more. */
  step(): boolean {
    const { breaks = 0 } = this.#options
    this.now++
    if (this.#random.next() < breaks) this.#breakOne()
    if (this.#random.next() < EARLY) return this.#timeUp() || this.#act()
    return this.#act() || this.#timeUp()
  }

  #breakOne(): void {
    const up = this.links.filter(({ connected }) => connected)
    if (up.length === 0) return
    this.broken++
    this.#break(up[this.#random.integer(up.length)]!)
    this.#connect()
  }

  /** A message, a job or an answer. False: there is none. */
  #act(): boolean {
    const actions: Array<() => void> = []
    for (const peer of this.peers) {
      if (!peer.present || peer.finished) continue
      for (const line of peer.lines.values()) {
        if (line.label === PERSISTED && !this.publishing) continue
        if (line.events.length > 0) actions.push(() => this.#give(peer, line.events.shift()!()))
      }
      if (peer.jobs.length > 0) actions.push(() => this.#run(peer))
    }
    return this.#choose(actions)
  }

  #timeUp(): boolean {
    return this.#choose(
      this.peers
        .filter(({ present, finished }) => present && !finished)
        .flatMap((peer) => [...peer.timers.keys()].map((name) => () => this.#fire(peer, name)))
    )
  }

  #choose(choices: ReadonlyArray<() => void>): boolean {
    if (choices.length === 0) return false
    choices[this.#random.integer(choices.length)]!()
    return true
  }

  /** Steps until `done`, which by default is that all have finished; throws when that never comes. */
  run(done: () => boolean = () => this.over, limit = 100_000): void {
    for (let i = 0; !done(); i++) {
      if (i >= limit) throw new Error(`goes on for ever (seed ${this.#options.seed})`)
      if (!this.step()) throw new Error(`stands still (seed ${this.#options.seed})`)
    }
  }

  /** Nobody publishes any more, nothing breaks, until nobody has anything left to say. */
  settle(): void {
    this.publishing = false
    for (let quiet = 0, sweeps = 0; quiet < QUIET_SWEEPS; quiet++, sweeps++) {
      if (sweeps > MAX_SWEEPS) throw new Error(`is never quiet (seed ${this.#options.seed})`)
      const { sent } = this
      while (this.#act()) this.now++
      for (const peer of this.peers) {
        for (const name of [...peer.timers.keys()]) this.#fire(peer, name)
      }
      if (this.sent > sent) quiet = 0
    }
  }

  get over(): boolean {
    return this.peers.every(({ present, finished }) => !present || finished)
  }

  /** The hash of a peer's replica, once all its jobs are done. */
  hash(index: number): string {
    const peer = this.peers[index]!
    for (const job of peer.jobs.splice(0)) peer.compute.run(job)
    const result = peer.compute.run({ kind: 'hash' })
    return result.kind === 'hashed' ? result.hash : ''
  }

  /** What a peer is told that no peer of the mesh has said. */
  inject(index: number, event: Event): void {
    this.#give(this.peers[index]!, event)
  }

  #give(peer: MeshPeer, event: Event): void {
    if (peer.finished) return
    for (const effect of peer.protocol.handle(event, this.now)) this.#perform(peer, effect)
  }

  #perform(peer: MeshPeer, effect: Effect<DeltaKinds>): void {
    switch (effect.type) {
      case 'compute':
        peer.jobs.push(effect.job)
        if (effect.job.kind === 'apply') peer.applied += effect.job.deltas.length
        if (effect.job.kind === 'undo') {
          peer.applied -= effect.job.payloads.length
          this.undone += effect.job.payloads.length
        }
        break
      case 'send':
        this.#send(peer, effect.to, this.#options.strategy.codec.encode(effect.message))
        break
      case 'timer':
        if (!NEVER.has(effect.name)) peer.timers.set(effect.name, this.now + effect.after)
        break
      case 'sign': {
        const signature = virtualSignature(peer.name, effect.digest)
        this.#line(peer, 'signed').push(() => ({ type: 'signed', signature }))
        break
      }
      case 'verify': {
        const valid = effect.claims.map(isVirtuallySigned)
        this.#line(peer, 'verified').push(() => ({ type: 'verified', valid }))
        break
      }
      case 'persist': {
        const { record } = effect
        peer.records.push(record)
        if (record.kind === 'own') peer.own.push(record.delta)
        this.#line(peer, PERSISTED).push(() => {
          if (record.kind === 'own') this.published.push(record.delta)
          return { type: 'persisted', record }
        })
        break
      }
      case 'checkpoint':
        peer.records.splice(0, Infinity, effect.record)
        this.#line(peer, PERSISTED).push(() => ({ type: 'checkpointed', kept: true }))
        break
      case 'reject':
        peer.rejects.push(`${effect.peer} ${effect.reason}`)
        break
      case 'notice':
        peer.notices.push(effect.text)
        break
      case 'finished':
        peer.finished = true
        this.#part(peer)
        break
    }
  }

  #run(peer: MeshPeer): void {
    const result = peer.compute.run(peer.jobs.shift()!)
    this.#give(peer, { type: 'computed', result })
  }

  #fire(peer: MeshPeer, name: string): void {
    this.now = Math.max(this.now, peer.timers.get(name)!)
    peer.timers.delete(name)
    this.#give(peer, { type: 'timer', name })
  }

  #line(peer: MeshPeer, label: string): Array<() => Event> {
    const line = peer.lines.get(label) ?? { label, events: [] }
    peer.lines.set(label, line)
    return line.events
  }

  #send(from: MeshPeer, to: PeerName, outgoing: Outgoing): void {
    const index = this.peers.indexOf(from)
    for (const link of this.links) {
      const end = link.ends.indexOf(index)
      const other = link.ends[1 - end]!
      if (end < 0 || this.peers[other]!.name !== to) continue
      if (!link.connected || !link.up[end]!) continue
      this.sent++
      const message = this.#options.tamper?.(index, other, outgoing) ?? outgoing
      this.#deliver(index, other, message)
      const again = message.kind !== 1 && this.#random.next() < (this.#options.duplicates ?? 0)
      if (!again) continue
      this.duplicated++
      this.#deliver(index, other, message)
    }
  }

  #deliver(from: number, to: number, { kind, channel, body }: Outgoing): void {
    const message = this.#options.strategy.codec.decode(kind, channel, body)
    const peer = this.peers[to]!
    const sender = this.peers[from]!.name
    if (message.kind === 'rejected') peer.rejects.push(`${sender} ${message.reason}`)
    else this.#wire(to, from, channel).push(() => ({ type: 'received', from: sender, message }))
  }

  /** A link's news go before what comes over it. */
  #wire(to: number, from: number, channel: Channel): Array<() => Event> {
    return this.#line(this.peers[to]!, `${from} ${channel}`)
  }

  /** What is on its way is gone; both ends hear of it. */
  #break(link: Link): void {
    if (!link.connected) return
    link.connected = false
    const [a, b] = link.ends
    const told = [...link.up]
    link.up.fill(false)
    for (const channel of ['control', 'bulk'] as const) {
      this.#wire(a, b, channel).splice(0)
      this.#wire(b, a, channel).splice(0)
    }
    // Told at once, or else what comes over the next connection could overtake the news.
    if (told[0]) this.#tell(a, b, 'down')
    if (told[1]) this.#tell(b, a, 'down')
  }

  #connect(): void {
    for (const link of this.links) {
      const [a, b] = link.ends
      const both = [this.peers[a]!, this.peers[b]!]
      if (link.connected || !link.allowed) continue
      if (both.some(({ present, finished }) => !present || finished)) continue
      link.connected = true
      link.up.fill(true)
      this.#tell(a, b, 'up')
      this.#tell(b, a, 'up')
    }
  }

  #tell(to: number, about: number, state: 'up' | 'down'): void {
    this.#give(this.peers[to]!, { type: 'link', peer: this.peers[about]!.name, state })
  }

  /** It has gone: its links go down. */
  #part(peer: MeshPeer): void {
    const index = this.peers.indexOf(peer)
    for (const link of this.links) {
      if (!link.ends.includes(index)) continue
      // What it said last still arrives: it parted in good order.
      link.connected = false
      const end = link.ends.indexOf(index)
      const other = link.ends[1 - end]!
      if (link.up[1 - end]) {
        const name = peer.name
        const line = this.#wire(other, index, 'control')
        const bulk = this.#wire(other, index, 'bulk').splice(0)
        line.push(...bulk, () => ({ type: 'link', peer: name, state: 'down' }))
      }
      link.up.fill(false)
    }
  }
}
