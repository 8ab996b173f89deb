/**
 * The peers that this one has heard of, over restarts: where they could be dialled, what they were, and
 * when they last spoke. Written rarely and never in the way: whatever is wrong with the file or the disk,
 * the peer goes on.
 */
import { join } from 'node:path'
import type { Role } from '../swarm/role.ts'
import { codeOf } from './disk-error.ts'
import {
  isKnownPeer,
  type KnownPeer,
  MAX_ADDRESSES,
  MAX_PEERS,
  readPeerBook,
  writePeerBook
} from './peer-book-file.ts'

const BOOK_FILE = 'peers.json'
const DAY_MS = 24 * 60 * 60_000
/** Who has not been heard for longer is looked for only where there is nobody else. */
const FRESH_MS = 30 * DAY_MS
/** A peer that goes on speaking is written down again after this. */
const STALE_MS = 10 * 60_000
/** Between two writes. */
const PAUSE_MS = 60_000

/**
 * What a peer says, the address that was first until now before the others. Where it was before comes last,
 * as far as there is room: a peer may come back to it.
 */
const inOrder = (said: readonly string[], before: readonly string[]): string[] => {
  const first = before.slice(0, 1).filter((address) => said.includes(address))
  return [...new Set([...first, ...said, ...before])].slice(0, MAX_ADDRESSES)
}

export class PeerBook {
  readonly #path: string
  readonly #swarm: string
  readonly #now: () => number
  readonly #peers: Map<string, KnownPeer>
  /** `seen` of each, as it was written last. */
  #written: ReadonlyMap<string, number>
  #changed = false
  #savedAt = -Infinity
  #troubled = false
  #saving: Promise<string | null> = Promise.resolve(null)

  private constructor(path: string, swarm: string, peers: readonly KnownPeer[], now: () => number) {
    this.#path = path
    this.#swarm = swarm
    this.#now = now
    // What a clock that was ahead has written would outlive everything else.
    const latest = now()
    const seenBy = (peer: KnownPeer) => ({ ...peer, seen: Math.min(peer.seen, latest) })
    this.#peers = new Map(peers.map((peer) => [peer.name, seenBy(peer)]))
    this.#written = new Map(peers.map(({ name, seen }) => [name, seen]))
  }

  /**
   * Never throws. `manifest`: hexadecimal hash of the swarm that is asked about. `notice`: what the
   * operator should read. `now`: milliseconds since 1970.
   */
  static async open(
    folder: string,
    manifest: string,
    now: () => number = Date.now
  ): Promise<{ readonly book: PeerBook; readonly notice: string | null }> {
    const path = join(folder, BOOK_FILE)
    const { peers, notice } = await readPeerBook(path)
    return { book: new PeerBook(path, manifest.slice(0, 16), peers, now), notice }
  }

  /** A member has said this of itself. */
  heard(
    name: string,
    { role, addresses }: { readonly role: Role; readonly addresses: readonly string[] }
  ): void {
    const swarm = this.#swarm
    const seen = Math.max(0, this.#now())
    const before = this.#peers.get(name)
    const peer = { name, swarm, role, addresses: inOrder(addresses, this.addresses(name)), seen }
    if (!isKnownPeer(peer)) return
    this.#peers.set(name, peer)
    if (this.#peers.size > MAX_PEERS) this.#forgetOldest()
    const same =
      before !== undefined &&
      `${before.addresses}` === `${peer.addresses}` &&
      before.role === role &&
      before.swarm === swarm
    const stale = Math.abs(seen - (this.#written.get(name) ?? 0)) >= STALE_MS
    if (!same || stale) this.#changed = true
  }

  /** A connection has been made to this address of a peer that has been heard. */
  worked(name: string, address: string): void {
    const peer = this.#peers.get(name)
    if (peer?.swarm !== this.#swarm || peer.addresses[0] === address) return
    const others = peer.addresses.filter((other) => other !== address)
    const moved = { ...peer, addresses: [address, ...others].slice(0, MAX_ADDRESSES) }
    if (!isKnownPeer(moved)) return
    this.#peers.set(name, moved)
    this.#changed = true
  }

  /** Where a peer of this swarm was last; the address that worked last first. */
  addresses(name: string): readonly string[] {
    const peer = this.#peers.get(name)
    return peer?.swarm === this.#swarm ? peer.addresses : []
  }

  /** Of this swarm, the one heard last first. */
  known(): readonly KnownPeer[] {
    return [...this.#peers.values()]
      .filter(({ swarm }) => swarm === this.#swarm)
      .sort((a, b) => b.seen - a.seen || (a.name < b.name ? -1 : 1))
  }

  /** The same, without those that have been silent for 30 days, unless there are no others. */
  candidates(): readonly KnownPeer[] {
    const known = this.known()
    const since = this.#now() - FRESH_MS
    const fresh = known.filter(({ seen }) => seen >= since)
    return fresh.length > 0 ? fresh : known
  }

  /** What each peer of this swarm was when it was last heard. */
  get roles(): ReadonlyMap<string, Role> {
    return new Map(this.known().map(({ name, role }) => [name, role]))
  }

  /**
   * Writes what has changed, once a minute at the most. Never throws: says what is wrong the first time
   * that it goes wrong, else null.
   */
  save(): Promise<string | null> {
    // By how much, whichever way: a clock that is set back must not stop it.
    if (Math.abs(this.#now() - this.#savedAt) < PAUSE_MS) return Promise.resolve(null)
    this.#savedAt = this.#now()
    return this.close()
  }

  /** The same at once: nothing more will be heard. */
  close(): Promise<string | null> {
    this.#saving = this.#saving.then(() => this.#save())
    return this.#saving
  }

  async #save(): Promise<string | null> {
    if (!this.#changed) return null
    this.#changed = false
    const peers = [...this.#peers.values()]
    try {
      await writePeerBook(this.#path, peers)
      this.#written = new Map(peers.map(({ name, seen }) => [name, seen]))
      this.#troubled = false
      return null
    } catch (error) {
      this.#changed = true
      if (this.#troubled) return null
      this.#troubled = true
      return (
        `${this.#path} cannot be written (${codeOf(error)}): peers that are met now are not ` +
        'remembered after a restart; make room, or let this user write there'
      )
    }
  }

  #forgetOldest(): void {
    let oldest: KnownPeer | null = null
    for (const peer of this.#peers.values()) {
      if (oldest === null || peer.seen < oldest.seen) oldest = peer
    }
    if (oldest !== null) this.#peers.delete(oldest.name)
  }
}
