/**
 * What origins have signed, without the deltas: kept longer than those, so that a fork can be found and
 * shown when the deltas themselves are gone.
 */
import type { Bytes } from '../../vector/vector.ts'
import type { PeerName } from '../strategy.ts'
import { digestOf } from './chain.ts'
import type { Statement } from './kinds.ts'

/** A statement of a delta in the set. */
export interface KeptStatement extends Statement {
  readonly origin: PeerName
  readonly digest: Bytes
}

/** Of all origins together, beside the newest of each: about 2 MiB. */
const MAX_STATEMENTS = 4096

export const statementDigest = (manifest: string, origin: PeerName, statement: Statement): Bytes =>
  digestOf(manifest, { origin, ...statement })

export class Statements {
  readonly #byOrigin = new Map<PeerName, Map<number, KeptStatement>>()
  /** Tells a peer that has lost its state what it has signed: stays whatever else comes. */
  readonly #newest = new Map<PeerName, KeptStatement>()
  /** The others, in the order in which they came: the oldest goes first. */
  readonly #order = new Set<KeptStatement>()

  /** A delta has been checked. Of a number that is known already the first one stays. */
  remember(delta: KeptStatement): void {
    const { origin, seq, previous, bodyHash, signature, digest } = delta
    if (this.get(origin, seq) !== undefined) return
    const kept = { origin, seq, previous, bodyHash, signature, digest }
    const own = this.#byOrigin.get(origin) ?? new Map<number, KeptStatement>()
    this.#byOrigin.set(origin, own.set(seq, kept))
    const before = this.#newest.get(origin)
    this.#newest.set(origin, kept)
    if (before !== undefined) this.#order.add(before)
    if (this.#order.size > MAX_STATEMENTS) this.#forgetOldest()
  }

  /** Of every origin. */
  newest(): Iterable<KeptStatement> {
    return this.#newest.values()
  }

  get(origin: PeerName, seq: number): KeptStatement | undefined {
    return this.#byOrigin.get(origin)?.get(seq)
  }

  /** The lowest that is kept from `seq` on. */
  from(origin: PeerName, seq: number): KeptStatement | undefined {
    const exact = this.get(origin, seq)
    if (exact !== undefined) return exact
    // They have come in order, and the oldest go first.
    for (const kept of this.#byOrigin.get(origin)?.values() ?? []) if (kept.seq >= seq) return kept
    return undefined
  }

  #forgetOldest(): void {
    for (const oldest of this.#order) {
      this.#order.delete(oldest)
      this.#byOrigin.get(oldest.origin)!.delete(oldest.seq)
      return
    }
  }
}
