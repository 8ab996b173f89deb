import { setTimeout as delay } from 'node:timers/promises'
import type { Connection, PeerId } from '@libp2p/interface'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'
import { isRelayed } from '../connections.ts'
import type { SwarmNode } from '../create-node.ts'
import { addressesOfBytes } from './peer-bytes.ts'
import { RelayChoice } from './relay-choice.ts'
import { HOP } from './relay-messages.ts'

/** Of one relay, that are looked at. */
const RELAY_ADDRESSES = 8
/** Of one reservation, some round trips. */
const TIMEOUT: Milliseconds = 20_000
/** A peer may begin to relay at any time; it is asked again what it offers after this. */
const ASK_AGAIN: Milliseconds = 10_000

interface Listening {
  listen(addresses: Multiaddr[]): Promise<void>
}

export interface ReservationParts {
  readonly node: SwarmNode
  readonly listening: Listening
  /** Where it can be seen whether a slot is still held. */
  readonly store: {
    hasReservation(peer: PeerId): boolean
    getReservation(peer: PeerId): { readonly addrs: readonly Uint8Array[] } | undefined
  }
  /** Whether the connection was made in a way that others can repeat. */
  isCall(connection: Connection): boolean
}

/** Slots on relays, on those of the peers that this one has called itself: where it can call, others can. */
export class Reservations {
  readonly #parts: ReservationParts
  readonly #choice: RelayChoice
  readonly #asked = new WeakMap<Connection, Milliseconds>()
  #looking = false

  constructor(parts: ReservationParts) {
    this.#parts = parts
    this.#choice = new RelayChoice(`${parts.node.peerId}`)
  }

  get #relays(): readonly PeerId[] {
    const { node, store } = this.#parts
    return node.getPeers().filter((peer) => store.hasReservation(peer))
  }

  /** Relays on which it has a slot. */
  get held(): readonly PeerName[] {
    return this.#relays.map(String)
  }

  /**
   * Where it is reached through them, without its own name at the end. libp2p's listener forgets them once
   * it has renewed the slot.
   */
  get addresses(): readonly string[] {
    return this.#relays.flatMap((relay) => {
      const told = this.#parts.store.getReservation(relay)?.addrs ?? []
      return addressesOfBytes(told, RELAY_ADDRESSES).map((address) => `${address}/p2p-circuit`)
    })
  }

  /** Asks for slots that are missing, if there is anybody to ask. Never rejects. */
  async look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    try {
      const calls = this.#calls()
      const offered = await Promise.all(calls.map((connection) => this.#offers(connection)))
      const relays = calls.filter((_, i) => offered[i]).map(({ remotePeer }) => `${remotePeer}`)
      const chosen = this.#choice.next(relays, this.held, performance.now())
      // One at a time: libp2p forgets those that wait when one has been granted.
      for (const relay of chosen) await this.#reserve(relay)
    } catch {
      // The node is being stopped.
    } finally {
      this.#looking = false
    }
  }

  #calls(): readonly Connection[] {
    return this.#parts.node
      .getConnections()
      .filter(
        (connection) =>
          connection.status === 'open' &&
          connection.direction === 'outbound' &&
          !isRelayed(connection) &&
          this.#parts.isCall(connection)
      )
  }

  async #offers(connection: Connection): Promise<boolean> {
    const { node } = this.#parts
    const known = await node.peerStore.get(connection.remotePeer).catch(() => null)
    if (known === null) return false
    if (known.protocols.includes(HOP)) return true
    const now = performance.now()
    const asked = this.#asked.get(connection)
    this.#asked.set(connection, asked === undefined || now - asked >= ASK_AGAIN ? now : asked)
    if (asked === undefined || now - asked < ASK_AGAIN) return false
    const told = await node.services.identify.identify(connection).catch(() => null)
    return told?.protocols.includes(HOP) ?? false
  }

  async #reserve(relay: PeerName): Promise<void> {
    const listening = this.#parts.listening.listen([multiaddr(`/p2p/${relay}/p2p-circuit`)])
    try {
      await Promise.race([listening, delay(TIMEOUT, undefined, { ref: false })])
    } catch {
      // It is full, or has gone.
    }
    if (this.held.includes(relay)) this.#choice.granted(relay)
    else this.#choice.refused(relay, performance.now())
  }
}
