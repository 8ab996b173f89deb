/**
 * Whom this peer knows: those its operator names, those that presence tells of, and those of earlier
 * days. Decides who counts as a member, and who should be met although nobody needs a link with them.
 */
import type { Presence } from '../network/presence.ts'
import type { PeerBook } from '../storage/peer-book.ts'
import type { Milliseconds, PeerName } from '../strategy/strategy.ts'
import { Membership } from '../swarm/membership.ts'
import type { Role } from '../swarm/role.ts'
import { addressBook } from './address-book.ts'

/** How many are looked for at a time by a peer that hears nobody. */
const SEARCHED_ALONE = 8
/** And by one that is in a swarm: a swarm that has split grows together again by it. */
const SEARCHED = 1

export interface ContactsParts {
  readonly self: PeerName
  readonly role: Role
  readonly book: Pick<PeerBook, 'heard' | 'known' | 'candidates' | 'roles'>
  /** Where a peer can be dialled, instead of what was known. */
  readonly introduce: (peer: PeerName, addresses: readonly string[]) => void
}

/** Multiaddrs that an operator gives, each ending in /p2p/<peer id>. */
export interface Configured {
  /** Of members. */
  readonly peers: readonly string[]
  /** Of peers of any role, that know others. */
  readonly bootstrap: readonly string[]
}

export class Contacts {
  readonly #parts: ContactsParts
  readonly #membership: Membership
  #addresses: ReadonlyMap<PeerName, readonly string[]> = new Map()
  #bootstrap: readonly PeerName[] = []
  #configured: readonly PeerName[] = []
  #search = 0

  constructor(parts: ContactsParts, configured: Configured) {
    this.#parts = parts
    this.#membership = new Membership([], parts.book.roles)
    for (const { name, addresses } of parts.book.known()) parts.introduce(name, addresses)
    this.configure(configured)
  }

  /** Instead of what was configured; returns whether the members changed, as the others do. */
  configure({ peers, bootstrap }: Configured): boolean {
    const { self, introduce, book } = this.#parts
    const remembered = new Map(book.known().map(({ name, addresses }) => [name, addresses]))
    this.#addresses = addressBook([...peers, ...bootstrap])
    for (const [name, addresses] of this.#addresses) {
      introduce(name, [...addresses, ...(remembered.get(name) ?? [])])
    }
    const namesOf = (multiaddrs: readonly string[]): readonly PeerName[] =>
      [...addressBook(multiaddrs).keys()].filter((name) => name !== self)
    this.#bootstrap = namesOf(bootstrap)
    this.#configured = namesOf(peers)
    return this.#membership.configure(this.#configured)
  }

  presence(peer: PeerName, said: Presence, now: Milliseconds): boolean {
    const { self, introduce, book } = this.#parts
    if (peer === self) return false
    if (said.leaving) return this.#membership.left(peer)
    book.heard(peer, said)
    // What the operator has configured stays: a peer may not know how others can reach it.
    introduce(peer, [...(this.#addresses.get(peer) ?? []), ...said.addresses])
    return this.#membership.present(peer, now, said.role)
  }

  /** Drops those that have fallen silent. */
  expire(now: Milliseconds): boolean {
    return this.#membership.expire(now)
  }

  /** All others that have a replica, and how many train, this peer included if it does. */
  get members(): { readonly others: readonly PeerName[]; readonly trainers: number } {
    const { others, trainers } = this.#membership
    return { others, trainers: trainers + (this.#parts.role === 'trainer' ? 1 : 0) }
  }

  /** These, the bootstrap peers that have been heard, and those that the operator names. */
  get known(): readonly PeerName[] {
    return [...new Set([...this.#membership.known, ...this.#bootstrap])]
  }

  /** Nobody that has a replica has been heard of late. */
  get alone(): boolean {
    return this.#membership.alone
  }

  /**
   * Whom to hold a connection with, whatever the topology says: bootstrap peers, and some of those that
   * are known and not heard. Every call goes on to the next of these.
   */
  toMeet(): readonly PeerName[] {
    const membership = this.#membership
    const known = this.#parts.book.candidates().map(({ name }) => name)
    const silent = [...new Set([...this.#configured, ...known])].filter(
      (name) => name !== this.#parts.self && !membership.hears(name)
    )
    const count = Math.min(silent.length, membership.alone ? SEARCHED_ALONE : SEARCHED)
    const searched = Array.from(
      { length: count },
      (_, i) => silent[(this.#search + i) % silent.length]!
    )
    this.#search = silent.length === 0 ? 0 : (this.#search + count) % silent.length
    return [...new Set([...this.#bootstrap, ...membership.bootstraps, ...searched])]
  }
}
