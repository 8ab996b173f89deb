/**
 * Deltas on their way into the set: those that wait for the ones before them, and those whose
 * signatures are being checked. Bounded for each origin, in number and by the codec in bytes.
 */
import type { Bytes } from '../../vector/vector.ts'
import type { Claim, PeerName } from '../strategy.ts'
import { baseOf, type DeltaHead } from './body.ts'
import { digestOf, hashOf } from './chain.ts'
import type { HeldDelta, HeldDeltas } from './held-deltas.ts'
import type { Delta } from './kinds.ts'
import { MAX_GAP } from './limits.ts'

/** A delta as it has come from a neighbour, or (null) from this peer's own records. */
export interface Arrival {
  readonly delta: Delta
  readonly head: DeltaHead
  readonly from: PeerName | null
}

/** An arrival with the digest that its signature is checked against. */
export interface Candidate extends HeldDelta {
  readonly from: PeerName | null
}

export class Inbox {
  readonly #manifest: string
  readonly #held: HeldDeltas
  readonly #waiting = new Map<PeerName, Map<number, Arrival>>()
  /** Questions that are out, oldest first, and the origins that they are about. */
  readonly #asked: Array<readonly Candidate[]> = []
  readonly #checking = new Set<PeerName>()
  /** Where origins stood when a delta came that voids what cannot be taken back here. */
  readonly #blocked = new Map<PeerName, Map<PeerName | null, number>>()
  readonly #maxBytes: number
  #bytes = 0

  /** `maxBytes`: of the bodies that wait. */
  constructor(manifest: string, held: HeldDeltas, maxBytes: number) {
    this.#manifest = manifest
    this.#held = held
    this.#maxBytes = maxBytes
  }

  /** False: it is old news, does not count, or is too early to be kept. */
  take(arrival: Arrival): boolean {
    const { origin, seq, body } = arrival.delta
    const head = this.#held.seq(origin)
    const base = baseOf(arrival.delta)
    if (seq <= head || seq > this.#held.last(origin) || this.has(origin, seq)) return false
    if (!this.#held.admits(origin)) return false
    if (base < seq - 1 && !this.#skips(origin, base, arrival.from)) return false
    // Own records are this peer's own affair, and the next in line does not wait for long.
    const full =
      base >= this.#held.ahead(origin) + MAX_GAP || this.#bytes + body.length > this.#maxBytes
    if (full && arrival.from !== null && base > head) return false
    this.#bytes += body.length
    const early = this.#waiting.get(origin) ?? new Map<number, Arrival>()
    this.#waiting.set(origin, early.set(seq, arrival))
    return true
  }

  has(origin: PeerName, seq: number): boolean {
    return this.#waiting.get(origin)?.has(seq) ?? false
  }

  /**
   * True when an origin has voided deltas of its own that this peer can take back no more, as this
   * neighbour has it. Nobody else's word is taken for it: such a delta cannot be checked.
   */
  blocked(origin: PeerName, by: PeerName): boolean {
    return this.#blocked.get(origin)?.get(by) === this.#held.seq(origin)
  }

  /** What can be checked now: of every origin the run that follows its head. */
  claims(): readonly Claim[] {
    const candidates: Candidate[] = []
    for (const [origin, early] of this.#waiting) {
      if (this.#checking.has(origin)) continue
      const run = this.#runOf(origin, early)
      if (run.length === 0) continue
      this.#checking.add(origin)
      candidates.push(...run)
    }
    if (candidates.length > 0) this.#asked.push(candidates)
    return candidates.map(({ origin: signer, digest, signature }) => ({
      signer,
      digest,
      signature
    }))
  }

  /** The oldest question, which has been answered: its candidates, whose places are free again. */
  answered(): readonly Candidate[] {
    const candidates = this.#asked.shift() ?? []
    for (const { origin, seq } of candidates) {
      this.#checking.delete(origin)
      this.#remove(origin, seq)
    }
    return candidates
  }

  /** Nothing of this origin counts from this number on. */
  drop(origin: PeerName, from: number): void {
    for (const seq of [...(this.#waiting.get(origin)?.keys() ?? [])]) {
      if (seq >= from) this.#remove(origin, seq)
    }
  }

  /** Drops what is in the set, or void, by now, and what was kept for a snapshot that has not come. */
  clean(): void {
    for (const [origin, early] of [...this.#waiting]) {
      const [head, most] = [this.#held.seq(origin), this.#held.ahead(origin) + MAX_GAP]
      for (const [seq, { delta, from }] of [...early]) {
        if (seq <= head || (from !== null && baseOf(delta) >= most)) this.#remove(origin, seq)
      }
    }
  }

  /** Whether a delta that voids what follows `base` can be checked now. If it is too early, it comes again. */
  #skips(origin: PeerName, base: number, from: PeerName | null): boolean {
    const head = this.#held.seq(origin)
    if (base > head || (this.#waiting.get(origin)?.size ?? 0) >= MAX_GAP) return false
    const known = this.#held.digestAt(origin, base) !== undefined
    if (!known) {
      const by = this.#blocked.get(origin) ?? new Map<PeerName | null, number>()
      this.#blocked.set(origin, by.set(from, head))
    }
    return known
  }

  #remove(origin: PeerName, seq: number): void {
    const early = this.#waiting.get(origin)
    const arrival = early?.get(seq)
    if (early === undefined || arrival === undefined) return
    this.#bytes -= arrival.delta.body.length
    early.delete(seq)
    if (early.size === 0) this.#waiting.delete(origin)
  }

  #runOf(origin: PeerName, early: Map<number, Arrival>): readonly Candidate[] {
    const run: Candidate[] = []
    let { seq, digest }: { seq: number; digest: Bytes } = this.#held.position(origin)
    for (let next = early.get(++seq); next !== undefined; next = early.get(++seq)) {
      if (baseOf(next.delta) !== seq - 1) break
      const candidate = this.#candidate(next, digest)
      digest = candidate.digest
      run.push(candidate)
    }
    return run.length > 0 ? run : this.#skippingOf(origin, early)
  }

  /** The first of those that void what came before them. */
  #skippingOf(origin: PeerName, early: Map<number, Arrival>): readonly Candidate[] {
    for (const arrival of early.values()) {
      const base = baseOf(arrival.delta)
      if (base === arrival.delta.seq - 1) continue
      const previous = this.#held.digestAt(origin, base)
      if (previous !== undefined) return [this.#candidate(arrival, previous)]
    }
    return []
  }

  #candidate({ delta, head, from }: Arrival, previous: Bytes): Candidate {
    const { origin, seq, body } = delta
    const bodyHash = hashOf(body)
    const digest = digestOf(this.#manifest, { origin, seq, previous, bodyHash })
    return { ...delta, head, from, previous, bodyHash, digest }
  }
}
