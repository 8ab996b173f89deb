/**
 * One attempt of a member to have a group serve a shard: it stands for a term, is promised it by a quorum,
 * brings the state to the group, and has the quorum settle it (the two phases of Paxos, with the copying
 * between them).
 */
import type { Milliseconds, PeerName } from '../strategy.ts'
import type { Lead, Message } from './kinds.ts'
import { RETRY } from './limits.ts'
import type { Surroundings } from './surroundings.ts'

type Granted = Extract<Message, { kind: 'promise' }>

/** What the candidate's own peer does for it. */
export interface Candidate {
  /** Term of the state that it has; 0: none. */
  held(): number
  /** Its state is of this term from now on: no other term's operations are taken any more. Returns the last one. */
  carry(term: number): number
  /** Makes the state: the first one, or from its copy of the parameters. Returns its last operation. */
  found(term: number, anew: boolean): number
  /** Who is to serve, of those that can be reached; `before`: who did. `without`: they do not take the state. */
  group(before: readonly PeerName[], without: ReadonlySet<PeerName>): readonly PeerName[]
  /** It is to have the state copied from here. */
  offer(to: PeerName, term: number): void
  /** Since when nobody has served, as far as it knows. */
  readonly since: Milliseconds
}

/** In failoverMs: for the promises and the settling. */
const PATIENCE = 2
/** The same, for a sign of life of those that are to take the state; of those without a link. */
const COPY_PATIENCE = 2 * RETRY
const LINK_PATIENCE = 1

export class Candidacy {
  readonly term: number
  readonly #around: Surroundings
  readonly #shard: number
  readonly #candidate: Candidate
  readonly #promises = new Map<PeerName, Granted>()
  readonly #ready = new Set<PeerName>()
  readonly #settled = new Set<PeerName>()
  #phase: 'asking' | 'copying' | 'settling' | 'won' | 'lost' = 'asking'
  #before: readonly PeerName[] = []
  #group: readonly PeerName[] = []
  readonly #without = new Set<PeerName>()
  #op = 0
  #moved: Milliseconds

  constructor(around: Surroundings, shard: number, term: number, candidate: Candidate) {
    this.#around = around
    this.#shard = shard
    this.term = term
    this.#candidate = candidate
    this.#moved = around.now()
    this.#toAll({ kind: 'stand', shard, term })
  }

  /** It has been promised the term, and the state is with it. */
  get carries(): boolean {
    return this.#phase === 'copying' || this.#phase === 'settling' || this.#phase === 'won'
  }

  get lost(): boolean {
    return this.#phase === 'lost'
  }

  /** Who serves from now on; null: nothing is decided. */
  get won(): Lead | null {
    return this.#phase === 'won' ? { term: this.term, group: this.#group } : null
  }

  promise(from: PeerName, message: Granted): void {
    if (message.term !== this.term || this.#phase !== 'asking') return
    if (!message.granted) {
      this.#phase = 'lost'
      return
    }
    this.#promises.set(from, message)
    this.#decide()
  }

  /** A peer that is to hold the state asks for it. */
  alive(): void {
    this.#moved = this.#around.now()
  }

  beaten(from: PeerName, op: number): void {
    if (this.#phase !== 'copying' || op !== this.#op) return
    this.alive()
    this.#ready.add(from)
    this.#copied()
  }

  settled(from: PeerName, { term, granted }: Extract<Message, { kind: 'settled' }>): void {
    if (term !== this.term || this.#phase !== 'settling') return
    if (!granted) {
      this.#phase = 'lost'
      return
    }
    this.#settled.add(from)
    if (this.#settled.size >= this.#around.quorum()) this.#phase = 'won'
  }

  tick(now: Milliseconds): void {
    const { failoverMs } = this.#around.options
    const waited = now - this.#moved
    const late = waited >= PATIENCE * failoverMs
    if (this.#phase === 'copying') {
      const isCut = this.#missing.some((peer) => !this.#around.linked(peer))
      const patience = isCut ? LINK_PATIENCE : COPY_PATIENCE
      if (waited >= patience * failoverMs) this.#replaceMissing()
      for (const peer of this.#missing) this.#candidate.offer(peer, this.term)
      this.#copied()
    } else if (late && !this.#isOver) this.#phase = 'lost'
  }

  /** A link may have swallowed what was asked. */
  linkUp(peer: PeerName): void {
    const [shard, term, group] = [this.#shard, this.term, this.#group]
    if (this.#phase === 'asking') this.#around.send(peer, { kind: 'stand', shard, term })
    if (this.#phase === 'settling') this.#around.send(peer, { kind: 'settle', shard, term, group })
  }

  /** What was promised before the link broke may be forgotten: the peer may be another life of itself. */
  linkDown(peer: PeerName): void {
    this.#promises.delete(peer)
    this.#settled.delete(peer)
  }

  get #isOver(): boolean {
    return this.#phase === 'won' || this.#phase === 'lost'
  }

  /** Others take the places of those that do not take the state; where there are none, a smaller group has to do. */
  #replaceMissing(): void {
    const isLate =
      this.#around.now() - this.#moved >= COPY_PATIENCE * this.#around.options.failoverMs
    for (const peer of this.#missing) {
      if (isLate || !this.#around.linked(peer)) this.#without.add(peer)
    }
    this.#group = this.#candidate.group(this.#before, this.#without)
    this.alive()
    if (this.#group.length === 0) this.#phase = 'lost'
  }

  get #missing(): readonly PeerName[] {
    return this.#group.filter((peer) => !this.#ready.has(peer))
  }

  #decide(): void {
    if (this.#promises.size < this.#around.quorum()) return
    const promises = [...this.#promises.values()]
    let best: Lead | null = null
    for (const { accepted } of promises) {
      if (accepted !== null && accepted.term > (best?.term ?? 0)) best = accepted
    }
    const held = this.#candidate.held()
    if (best !== null && best.term >= this.term) this.#phase = 'lost'
    else if (isWhole(this.#around.self, held, best)) {
      this.#bring(this.#candidate.carry(this.term), best)
    }
    // Whoever has the state stands for itself.
    else if ([...this.#promises].some(([peer, promise]) => isWhole(peer, promise.held, best))) {
      this.#phase = 'lost'
    } else if (best === null) this.#bring(this.#candidate.found(this.term, false), best)
    else if (this.#isGone(best)) this.#bring(this.#candidate.found(this.term, true), best)
  }

  /** Nobody of the group has the state any more, and nobody has a newer copy of the parameters than this peer. */
  #isGone({ group }: Lead): boolean {
    const { rebuildAfterMs } = this.#around.options
    const own = this.#around.copyOf(this.#shard).version + 1
    for (const { version } of this.#promises.values()) if (version > own) return false
    if (group.every((peer) => this.#promises.has(peer))) return true
    const silent = this.#around.now() - this.#candidate.since
    return rebuildAfterMs !== null && silent >= rebuildAfterMs
  }

  #bring(op: number, before: Lead | null): void {
    this.#phase = 'copying'
    this.#op = op
    this.alive()
    this.#before = before?.group ?? []
    this.#group = this.#candidate.group(this.#before, this.#without)
    if (this.#group.includes(this.#around.self)) this.#ready.add(this.#around.self)
    for (const peer of this.#missing) this.#candidate.offer(peer, this.term)
    this.#copied()
  }

  #copied(): void {
    if (this.#phase !== 'copying' || this.#missing.length > 0) return
    this.#phase = 'settling'
    this.alive()
    this.#toAll({ kind: 'settle', shard: this.#shard, term: this.term, group: this.#group })
  }

  #toAll(message: Message): void {
    for (const peer of this.#around.members()) {
      if (this.#around.linked(peer)) this.#around.send(peer, message)
    }
  }
}

/**
 * Whether what a peer has holds all that was ever committed: its state is of the last settled term and it
 * is in that group, or of a later term, which nobody has committed anything in.
 */
const isWhole = (peer: PeerName, held: number, last: Lead | null): boolean => {
  if (held === 0 || last === null) return held > 0
  return held > last.term || (held === last.term && last.group.includes(peer))
}
