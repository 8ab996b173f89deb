import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'
import type { RelayBounds } from './relay-limits.ts'

interface Circuit {
  readonly from: PeerName
  readonly to: PeerName
}

/** Why a circuit is not begun; null: it may be. */
export type Refused = 'no-slot' | 'full' | null

/** Who may be reached through this peer, and who is at the moment. Pure: time is passed in. */
export class RelaySlots {
  readonly #bounds: RelayBounds
  /** By peer: when its slot ends. */
  readonly #slots = new Map<PeerName, Milliseconds>()
  readonly #circuits = new Set<Circuit>()

  constructor(bounds: RelayBounds) {
    this.#bounds = bounds
  }

  /** Gives or renews a slot; false: all are taken. */
  reserve(peer: PeerName, now: Milliseconds): boolean {
    this.#expire(now)
    if (!this.#slots.has(peer) && this.#slots.size >= this.#bounds.slots) return false
    this.#slots.set(peer, now + this.#bounds.slotLasts)
    return true
  }

  /** The peer has gone. */
  release(peer: PeerName): void {
    this.#slots.delete(peer)
  }

  has(peer: PeerName, now: Milliseconds): boolean {
    return (this.#slots.get(peer) ?? -Infinity) > now
  }

  refuses(from: PeerName, to: PeerName, now: Milliseconds): Refused {
    if (!this.has(to, now)) return 'no-slot'
    const { circuits, circuitsOfPeer } = this.#bounds
    const full =
      this.#circuits.size >= circuits || [from, to].some((peer) => this.#of(peer) >= circuitsOfPeer)
    return full ? 'full' : null
  }

  /** A circuit is under way from now on; call what comes back once it has ended. */
  begin(from: PeerName, to: PeerName): () => void {
    const circuit = { from, to }
    this.#circuits.add(circuit)
    return () => void this.#circuits.delete(circuit)
  }

  /** Peers with a slot or a circuit, at the moment. */
  peers(now: Milliseconds): ReadonlySet<PeerName> {
    this.#expire(now)
    const ends = [...this.#circuits].flatMap(({ from, to }) => [from, to])
    return new Set([...this.#slots.keys(), ...ends])
  }

  #of(peer: PeerName): number {
    return [...this.#circuits].filter(({ from, to }) => from === peer || to === peer).length
  }

  #expire(now: Milliseconds): void {
    for (const [peer, until] of this.#slots) if (until <= now) this.#slots.delete(peer)
  }
}
