/**
 * From a finished round to an own delta that others may see: coded, signed, kept, and only then part of
 * the set. Whatever is interrupted in between has never existed.
 */
import type { Bytes } from '../../vector/vector.ts'
import type { PeerName } from '../strategy.ts'
import { type DeltaHead, writeBody } from './body.ts'
import { digestOf, hashOf } from './chain.ts'
import type { HeldDelta, Position } from './held-deltas.ts'

export class Publisher {
  readonly #manifest: string
  readonly #self: PeerName
  #draft: Omit<HeldDelta, 'signature'> | null = null
  #signed: HeldDelta | null = null

  constructor(manifest: string, self: PeerName) {
    this.#manifest = manifest
    this.#self = self
  }

  /** The digest to sign of a delta that follows `position`; numbers between the two are void. */
  draft(position: Position, head: DeltaHead, payload: Bytes, seq = position.seq + 1): Bytes {
    const body = writeBody(head, payload, seq - position.seq - 1)
    const origin = this.#self
    const link = {
      origin,
      seq,
      previous: position.digest,
      bodyHash: hashOf(body)
    }
    const digest = digestOf(this.#manifest, link)
    this.#draft = { ...link, head, body, digest }
    return digest
  }

  /** The signed delta; null: there is no draft. */
  sign(signature: Bytes): HeldDelta | null {
    this.#signed = this.#draft === null ? null : { ...this.#draft, signature }
    return this.#signed
  }

  /** The delta under way, which has been kept; null: there is none. */
  finish(): HeldDelta | null {
    const delta = this.#signed
    this.#draft = null
    this.#signed = null
    return delta
  }
}
