/**
 * Whom this peer knows: those its operator names, those that presence tells of, those of earlier days, and
 * those that discovery says are there. Decides who counts as a member, and who should be met although
 * nobody needs a link with them. Forgets nobody who has ever been heard.
 */
import type { Presence } from '../network/presence.ts'
import { withoutName } from '../network/without-name.ts'
import type { PeerBook } from '../storage/peer-book.ts'
import type { Milliseconds, PeerName } from '../strategy/strategy.ts'
import { Lookout } from '../swarm/lookout.ts'
import { Membership } from '../swarm/membership.ts'
import type { Role } from '../swarm/role.ts'
import { addressBook } from './address-book.ts'
import { type FoundBy, FoundPeers } from './found-peers.ts'

/** How many are looked for at a time by a peer that hears nobody. */
const SOUGHT_ALONE = 16
/**
 * And by one that is in a swarm, of those that it knows from earlier and of those that discovery names: a
 * swarm that has split grows together again by it.
 */
const SOUGHT_KNOWN = 1
const SOUGHT_FOUND = 4

export interface ContactsParts {
  readonly self: PeerName
  readonly role: Role
  readonly book: Pick<PeerBook, 'heard' | 'known' | 'candidates' | 'roles' | 'addresses' | 'worked'>
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
  readonly #lookout = new Lookout()
  readonly #found = new FoundPeers((peer) => this.#lookout.failures(peer))
  #addresses: ReadonlyMap<PeerName, readonly string[]> = new Map()
  #bootstrap: readonly PeerName[] = []
  #configured: readonly PeerName[] = []

  constructor(parts: ContactsParts, configured: Configured) {
    this.#parts = parts
    this.#membership = new Membership([], parts.book.roles)
    for (const { name, addresses } of parts.book.known()) parts.introduce(name, addresses)
    this.configure(configured)
  }

  /** Instead of what was configured; returns whether the members changed, as the others do. */
  configure({ peers, bootstrap }: Configured): boolean {
    const { self, introduce } = this.#parts
    this.#addresses = addressBook([...peers, ...bootstrap])
    for (const name of this.#addresses.keys()) introduce(name, this.#known(name))
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
    this.#lookout.forget(peer)
    this.#found.delete(peer)
    // What the operator has configured stays: a peer may not know how others can reach it.
    introduce(peer, [...new Set([...this.#known(peer), ...said.addresses])])
    return this.#membership.present(peer, now, said.role)
  }

  /**
   * Discovery says that it can be dialled there, which nobody has checked: no member before it is heard,
   * and what is known of it already comes first. Returns whether it should be met.
   */
  found(peer: PeerName, addresses: readonly string[], by: FoundBy): boolean {
    const { self, introduce } = this.#parts
    if (peer === self || this.#membership.hears(peer)) return false
    if (!this.#found.add(peer, addresses, by)) return false
    introduce(peer, this.#known(peer))
    return true
  }

  /** There is a connection with it, and its other end has this address. */
  reached(peer: PeerName, address: string): void {
    // Where a call has come from is nowhere that one could call.
    const dialled = this.#known(peer).find(
      (known) => withoutName(known, peer) === withoutName(address, peer)
    )
    if (dialled !== undefined) this.#parts.book.worked(peer, dialled)
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

  /** How many that have a replica have been heard of late. */
  get company(): number {
    return this.#membership.company
  }

  /** The others that train, as far as they have been heard of late. */
  get training(): readonly PeerName[] {
    return this.#membership.training
  }

  /** Nobody that has a replica has been heard of late. */
  get alone(): boolean {
    return this.#membership.alone
  }

  /**
   * Whom to hold a connection with, whatever the topology says: bootstrap peers, and some of those that
   * are not heard, in turns.
   */
  toMeet(now: Milliseconds = performance.now()): readonly PeerName[] {
    const membership = this.#membership
    const { book, self } = this.#parts
    const silent = (names: readonly PeerName[]): readonly PeerName[] =>
      names.filter((name) => name !== self && !membership.hears(name))
    const found = silent(this.#found.names)
    const known = silent([...this.#configured, ...book.candidates().map(({ name }) => name)])
    const others = [...new Set(known)].filter((name) => !found.includes(name))
    const { alone } = membership
    const sought = alone
      ? this.#lookout.turns([...found, ...others], SOUGHT_ALONE, now, true)
      : [
          ...this.#lookout.turns(found, SOUGHT_FOUND, now, false),
          ...this.#lookout.turns(others, SOUGHT_KNOWN, now, false)
        ]
    return [...new Set([...this.#bootstrap, ...membership.bootstraps, ...sought])]
  }

  /** Where it may be: as the operator says, as it was when it was heard, and as others say. */
  #known(peer: PeerName): readonly string[] {
    const configured = this.#addresses.get(peer) ?? []
    const { book } = this.#parts
    return [...new Set([...configured, ...book.addresses(peer), ...this.#found.addresses(peer)])]
  }
}
