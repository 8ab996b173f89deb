/**
 * One edge: a pair of copies (xhat_ij, xhat_ji) that both ends hold and that only numbered exchanges
 * change. Exchange k applies at an end once that end holds both sides of it; receiving k + 1
 * acknowledges k. A lost message therefore delays an edge and never bends the mean (docs/decisions/0003).
 */
import type { Milliseconds, PeerName } from '../strategy.ts'
import type { Payload } from './kinds.ts'

/** An exchange that both sides are known of and that may be mixed now. */
export interface Ready {
  readonly k: number
  readonly own: Payload
  readonly theirs: Payload
}

export class Edge {
  readonly id: string
  readonly peer: PeerName
  /** Metropolis-Hastings weight, frozen at both ends for the edge's life. */
  readonly weight: number
  /** The last exchange whose mixing was issued. */
  k = 0
  /** The last exchange of a retired edge; null while the edge lives on. */
  final: number | null = null
  /** When the neighbour was lost sight of; null while it can be reached. */
  unreachableSince: Milliseconds | null = null
  /** The neighbour's first exchange came from a replica of the swarm, not from one that joins itself. */
  trained = false
  saidDone = false
  peerDone = false
  readonly #sent = new Map<number, Payload>()
  readonly #received = new Map<number, Payload>()
  /** The last exchange that the neighbour is known to have applied. */
  #acknowledged = 0

  constructor(id: string, peer: PeerName, weight: number) {
    this.id = id
    this.peer = peer
    this.weight = weight
  }

  /** The exchange to encode now, or null: one is still open, or the edge is ending. */
  get due(): number | null {
    const next = this.k + 1
    return this.#sent.has(next) || this.final !== null ? null : next
  }

  /** True while the neighbour's side of the next exchange is here, and this end's is due. */
  get asked(): boolean {
    return this.#received.has(this.k + 1) && this.due !== null
  }

  /** True while this end has sent its side of an exchange and lacks the neighbour's. */
  get open(): boolean {
    return this.#sent.has(this.k + 1) && (this.final === null || this.k < this.final)
  }

  /** True once nothing more will be mixed on this edge. */
  get exhausted(): boolean {
    return this.final !== null && this.k >= this.final
  }

  send(k: number, payload: Payload): void {
    this.#sent.set(k, payload)
  }

  /** Keeps what can still matter; duplicates, stale and far-off numbers change nothing. */
  receive(k: number, payload: Payload): void {
    if (k > this.k + 2) return
    this.#acknowledged = Math.max(this.#acknowledged, k - 1)
    this.#dropAcknowledged()
    if (k > this.k && !this.#received.has(k)) this.#received.set(k, payload)
  }

  /** Takes the next exchange that can be mixed, and counts it as applied: jobs run in order. */
  take(): Ready | null {
    const k = this.k + 1
    const own = this.#sent.get(k)
    const theirs = this.#received.get(k)
    if (own === undefined || theirs === undefined) return null
    if (this.final !== null && k > this.final) return null
    this.k = k
    this.#received.delete(k)
    this.#dropAcknowledged()
    return { k, own, theirs }
  }

  /** What the neighbour lacks if the last exchange it applied is `k`. */
  *unacknowledged(k: number): Generator<readonly [number, Payload]> {
    for (const entry of this.#sent) if (entry[0] > k) yield entry
  }

  /**
   * Ends the edge with the last exchange this end has sent: the neighbour cannot have applied more,
   * and is not left ahead. Both ends take the smaller of the two numbers.
   */
  retire(theirs: number | null): number {
    const own = this.final ?? Math.max(this.k, ...this.#sent.keys())
    this.final = theirs === null ? own : Math.min(own, theirs)
    return this.final
  }

  /** What this end has not mixed itself is still needed here, whatever the neighbour says. */
  #dropAcknowledged(): void {
    for (const k of this.#sent.keys()) {
      if (k <= this.#acknowledged && k <= this.k) this.#sent.delete(k)
    }
  }
}
