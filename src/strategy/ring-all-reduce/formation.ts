/**
 * One attempt at a view, by the peer that proposes it: it asks for votes, installs what comes of them,
 * and lets the ring begin once every member is ready.
 */
import type { PeerName } from '../strategy.ts'
import { areAllLinked, type Ballot, type Plan } from './decide.ts'
import type { Install, Message, Propose, Vote } from './kinds.ts'

export interface FormationParts {
  readonly propose: Propose
  /** Whom it asks; itself among them. */
  readonly asked: readonly PeerName[]
  /** Null: these may not go on. */
  readonly decide: (ballots: readonly Ballot[]) => Plan | null
  /** Links between voters may still come up, and are waited for. */
  readonly holdsForLinks: () => boolean
  readonly deliver: (to: PeerName, message: Message) => void
}

export type Outcome =
  /** Votes are, or a member is, still to come. */
  | { readonly kind: 'open' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'installing'; readonly plan: Plan }
  | { readonly kind: 'begun' }

const OPEN: Outcome = { kind: 'open' }

export class Formation {
  readonly generation: number
  readonly #parts: FormationParts
  readonly #ballots = new Map<PeerName, Ballot>()
  #install: Install | null = null
  readonly #unready = new Set<PeerName>()

  constructor(parts: FormationParts) {
    this.#parts = parts
    this.generation = parts.propose.generation
  }

  begin(): void {
    for (const peer of this.#parts.asked) this.#parts.deliver(peer, this.#parts.propose)
  }

  /** Members that are not ready; null while there is no view. */
  get unready(): readonly PeerName[] | null {
    return this.#install === null ? null : [...this.#unready]
  }

  get voters(): readonly PeerName[] {
    return [...this.#ballots.keys()]
  }

  /** Who has been asked and has not answered. */
  get silent(): readonly PeerName[] {
    return this.#parts.asked.filter((peer) => !this.#ballots.has(peer))
  }

  vote(from: PeerName, { kind: _, ...vote }: Vote): Outcome {
    const { asked, holdsForLinks } = this.#parts
    if (this.#install !== null || !asked.includes(from)) return OPEN
    this.#ballots.set(from, { name: from, ...vote })
    if (this.#ballots.size < asked.length) return OPEN
    return holdsForLinks() && !areAllLinked([...this.#ballots.values()]) ? OPEN : this.conclude()
  }

  /** Goes by the votes that have come. */
  conclude(): Outcome {
    const { decide, deliver } = this.#parts
    if (this.#install !== null) return OPEN
    const plan = decide([...this.#ballots.values()])
    if (plan === null) return { kind: 'refused' }
    const { ring, base, members, sources, memory } = plan
    const { generation } = this
    this.#install = { kind: 'install', generation, ring, base, members, sources, ...memory }
    for (const { name } of members) this.#unready.add(name)
    for (const peer of this.#ballots.keys()) deliver(peer, this.#install)
    // Of no member: all that have voted want to go.
    if (members.length === 0) for (const peer of this.#ballots.keys()) deliver(peer, this.#start)
    return { kind: 'installing', plan }
  }

  ready(from: PeerName, missing: number): Outcome {
    if (this.#install === null || missing > 0 || !this.#unready.delete(from)) return OPEN
    if (this.#unready.size > 0) return OPEN
    for (const peer of this.#ballots.keys()) this.#parts.deliver(peer, this.#start)
    return { kind: 'begun' }
  }

  /** Asks those again who have not answered. */
  remind(): void {
    for (const peer of this.silent) this.#parts.deliver(peer, this.#parts.propose)
  }

  /** The link to this peer is another one: what it was sent may be lost. */
  repeat(peer: PeerName): void {
    const { asked, deliver, propose } = this.#parts
    if (!asked.includes(peer)) return
    if (this.#install === null) deliver(peer, propose)
    else if (this.#ballots.has(peer)) deliver(peer, this.#install)
  }

  get #start(): Message {
    return { kind: 'begin', generation: this.generation }
  }
}
