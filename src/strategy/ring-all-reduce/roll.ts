/** Whom this peer can talk to, what they last told of themselves, and who is kept out for a while. */
import type { Milliseconds, PeerName } from '../strategy.ts'
import type { Status } from './kinds.ts'
import type { Mark } from './mark.ts'

/** Times the floor: of who has held others up, and of who has come too early. Doubled every time. */
export const LONG_BAR = 10
export const SHORT_BAR = 1
const MOST_DOUBLINGS = 8

interface Bar {
  readonly until: Milliseconds
  readonly times: number
}

export class Roll {
  /** Whom the topology wants. */
  wanted: readonly PeerName[] = []
  readonly links = new Set<PeerName>()
  readonly #statuses = new Map<PeerName, Status>()
  /** Since when a link is down. */
  readonly #down = new Map<PeerName, Milliseconds>()
  /** The most steps that each has told of, in which ring. */
  readonly #told = new Map<PeerName, Mark>()
  readonly #bars = new Map<PeerName, Bar>()

  up(peer: PeerName): void {
    this.links.add(peer)
    this.#down.delete(peer)
    // What it was before the link broke, it may not be any more.
    this.#statuses.delete(peer)
  }

  down(peer: PeerName, now: Milliseconds): void {
    this.links.delete(peer)
    this.#statuses.delete(peer)
    this.#down.set(peer, now)
  }

  /** It has had a link, and has had none for so long. */
  isGone(peer: PeerName, now: Milliseconds, patience: Milliseconds): boolean {
    if (this.links.has(peer)) return false
    const since = this.#down.get(peer)
    return since === undefined || now >= since + patience
  }

  /** It does not answer: it is as unknown as if it had a new link. */
  silent(peer: PeerName): void {
    this.#statuses.delete(peer)
  }

  heard(peer: PeerName, status: Status): void {
    if (!this.links.has(peer)) return
    this.#statuses.set(peer, status)
    this.#told.set(peer, status.mark)
  }

  /** It has told of so many steps in this ring, though it may be gone by now. */
  hasMade(peer: PeerName, ring: string, step: number): boolean {
    const mark = this.#told.get(peer)
    return mark?.ring === ring && mark.step >= step
  }

  status(peer: PeerName): Status | undefined {
    return this.#statuses.get(peer)
  }

  /** Those that have a link and have told of themselves. */
  *known(): Generator<readonly [PeerName, Status]> {
    yield* this.#statuses
  }

  bar(peer: PeerName, now: Milliseconds, first: Milliseconds): void {
    const times = this.#bars.get(peer)?.times ?? 0
    const length = first * 2 ** Math.min(times, MOST_DOUBLINGS)
    this.#bars.set(peer, { until: now + length, times: times + 1 })
  }

  isBarred(peer: PeerName, now: Milliseconds): boolean {
    return (this.#bars.get(peer)?.until ?? 0) > now
  }

  barred(now: Milliseconds): ReadonlySet<PeerName> {
    return new Set([...this.#bars.keys()].filter((peer) => this.isBarred(peer, now)))
  }
}
