import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'
import type { REACHABILITIES } from '../reachability.ts'

type Verdict = (typeof REACHABILITIES)[number]

/** Peers that were asked to dial back, of whom the answer is remembered; and for how long. */
const MOST = 16
const VALID = 1_800_000

export interface Standing {
  /** It was told not to listen. */
  readonly outbound: boolean
  /** The operator has told others where it can be reached. */
  readonly announces: boolean
}

/**
 * Whether strangers can dial this peer. A call that has come in is the only proof that it can be; that
 * somebody claims to have called is none. Failed calls are counted by who tried.
 */
export class Evidence {
  readonly #standing: Standing
  readonly #failed = new Map<PeerName, Milliseconds>()
  #called: Milliseconds = -Infinity

  constructor(standing: Standing) {
    this.#standing = standing
  }

  /** A stranger's call from another network has come in. */
  called(now: Milliseconds): void {
    this.#called = now
    this.#failed.clear()
  }

  /** When the last one came. */
  get calledAt(): Milliseconds {
    return this.#called
  }

  /** `peer` was asked to call, and could not. */
  failed(peer: PeerName, now: Milliseconds): void {
    this.#failed.delete(peer)
    this.#failed.set(peer, now)
    if (this.#failed.size > MOST) this.#failed.delete(this.#failed.keys().next().value!)
  }

  verdict(now: Milliseconds): Verdict {
    if (this.#standing.outbound) return 'outbound'
    if (now - this.#called < VALID) return 'public'
    const failures = [...this.#failed.values()].filter((at) => now - at < VALID)
    if (failures.length > 0) return 'private'
    return this.#standing.announces ? 'public' : 'unknown'
  }

  /** Whether it is time to ask somebody: nothing is known, or what is known grows old. */
  wantsAnswer(now: Milliseconds): boolean {
    if (this.#standing.outbound) return false
    const latest = Math.max(this.#called, ...this.#failed.values())
    return now - latest > VALID / 2
  }
}
