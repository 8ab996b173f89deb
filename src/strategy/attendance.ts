/**
 * Whom a round waits for, and for how long. Neighbours that have not come by the deadline are missed; when
 * they come after all, they still teach the pace.
 */
import { Pace, type PaceLimits } from './pace.ts'
import type { Milliseconds, PeerName } from './strategy.ts'

export class Attendance {
  readonly #pace: Pace
  /** Those that this round still waits for, and since when. */
  readonly #owed = new Map<PeerName, Milliseconds>()
  /** The same for earlier rounds. */
  readonly #late = new Map<PeerName, Milliseconds>()
  #heard = 0
  #waiting = false

  constructor(limits: PaceLimits) {
    this.#pace = new Pace(limits)
  }

  /** This round's end is still to come: somebody is waited for, or nobody can be reached. */
  get isWaiting(): boolean {
    return this.#waiting
  }

  /** How long the neighbours usually take. */
  get usual(): Milliseconds {
    return this.#pace.usual()
  }

  open(): void {
    this.#heard = 0
  }

  expect(peer: PeerName, now: Milliseconds): void {
    this.#owed.set(peer, now)
  }

  /**
   * Once all that are expected have been named. Returns how long the round may take, or null if it has
   * ended: without a pause a peer that is cut off would be through its rounds, alone, before the others.
   * `partners`: those already heard, too, or the slow ones that are left would set their own deadline.
   */
  wait(partners: readonly PeerName[], isCutOff: boolean): Milliseconds | null {
    this.#waiting = this.#owed.size > 0 || isCutOff
    if (!this.#waiting) return null
    return this.#owed.size > 0 ? this.#pace.deadline(partners) : this.#pace.usual()
  }

  /** A neighbour owes nothing any more. `heard`: and has paid. */
  settle(peer: PeerName, heard: boolean, now: Milliseconds): void {
    const since = this.#owed.get(peer) ?? this.#late.get(peer)
    if (since === undefined) return
    if (heard && this.#owed.has(peer)) this.#heard++
    if (heard) this.#pace.observe(peer, now - since)
    this.lost(peer)
  }

  /** It cannot be heard any more. The round ends with the last one that owed it something. */
  lost(peer: PeerName): void {
    if (this.#owed.delete(peer) && this.#owed.size === 0) this.#waiting = false
    this.#late.delete(peer)
  }

  isLate(peer: PeerName): boolean {
    return this.#late.has(peer)
  }

  /** Ends the round: how many were heard, and how many were still owed. */
  close(): { readonly heard: number; readonly missed: number } {
    const missed = this.#owed.size
    for (const [peer, since] of this.#owed) this.#late.set(peer, since)
    this.clear()
    return { heard: this.#heard, missed }
  }

  /** Waits for nobody any more. */
  clear(): void {
    this.#owed.clear()
  }
}
