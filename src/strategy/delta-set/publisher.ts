/**
 * From a finished round to an own delta that others may see: signed, kept, and only then part of the
 * set. Whatever is interrupted in between has never existed, but its number is not used again.
 */
import type { Bytes } from '../../vector/vector.ts'
import type { PeerName } from '../strategy.ts'
import { baseOf, type DeltaHead, writeBody } from './body.ts'
import { digestOf, hashOf } from './chain.ts'
import type { HeldDelta, HeldDeltas } from './held-deltas.ts'
import type { Delta } from './kinds.ts'
import type { Signatures } from './questions.ts'
import type { Stage } from './stage.ts'

export interface PublisherParts {
  /** Hexadecimal hash. */
  readonly manifest: string
  readonly self: PeerName
  readonly stage: Stage
  readonly held: HeldDeltas
  readonly signatures: Signatures
}

export class Publisher {
  readonly #parts: PublisherParts
  #highest = 0
  #kept: HeldDelta | null = null
  #open = false

  constructor(parts: PublisherParts) {
    this.#parts = parts
  }

  /** The highest own number that was ever signed, as far as this life knows. */
  get highest(): number {
    return this.#highest
  }

  /** True from the moment when a number is taken until its delta is kept. */
  get open(): boolean {
    return this.#open
  }

  /** So many have been signed, at the least. */
  recall(seq: number): void {
    this.#highest = Math.max(this.#highest, seq)
  }

  /** Has the next own delta signed and kept. */
  publish(head: DeltaHead, payload: Bytes): void {
    const { manifest, self: origin, held, signatures } = this.#parts
    const { seq: base, digest: previous } = held.position(origin)
    // No number is signed twice, whatever becomes of what was signed with it: those left out are void.
    const seq = Math.max(this.#highest, base) + 1
    this.recall(seq)
    this.#open = true
    const body = writeBody(head, payload, seq - base - 1)
    const link = { origin, seq, previous, bodyHash: hashOf(body) }
    const draft = { ...link, head, body, digest: digestOf(manifest, link) }
    signatures.ask(draft.digest, (signature) => {
      this.#kept = { ...draft, signature }
      this.#keep(this.#kept)
    })
  }

  /**
   * The delta that has been kept, and whether it still follows what is held: own lost deltas may have
   * come back meanwhile, and then it has no place. Null: it was another record.
   */
  persisted({ seq: kept }: Delta): { readonly delta: HeldDelta; readonly placed: boolean } | null {
    const { held, self } = this.#parts
    const delta = this.#kept
    if (delta?.seq !== kept) return null
    this.#kept = null
    this.#open = false
    const { seq, digest } = held.position(self)
    const placed = baseOf(delta) === seq && delta.previous === digest
    // It was never shown: another life is to recall what stands in its place instead.
    const instead = placed ? undefined : held.get(self, delta.seq)
    if (instead !== undefined) this.#keep(instead)
    return { delta, placed }
  }

  #keep({ origin, seq, signature, body }: Delta): void {
    const record = { kind: 'own', delta: { origin, seq, signature, body } } as const
    this.#parts.stage.emit({ type: 'persist', record })
  }
}
