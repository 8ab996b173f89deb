/**
 * The replicated set as this peer has it: of every origin a head (all deltas up to it are in the
 * replica) and, as far as memory allows, the deltas themselves, for those who lack them.
 */
import type { Bytes } from '../../vector/vector.ts'
import type { PeerName } from '../strategy.ts'
import { baseOf, type DeltaHead } from './body.ts'
import { GENESIS } from './chain.ts'
import type { Delta } from './kinds.ts'
import { MAX_ORIGINS } from './limits.ts'

/** A delta that has been checked. */
export interface HeldDelta extends Delta {
  readonly head: DeltaHead
  readonly previous: Bytes
  readonly bodyHash: Bytes
  readonly digest: Bytes
}

/** Where an origin stands. */
export interface Position {
  readonly seq: number
  readonly digest: Bytes
}

const NOTHING: ReadonlyMap<PeerName, Position> = new Map()
const START: Position = { seq: 0, digest: GENESIS }

export class HeldDeltas {
  readonly #maxBytes: number
  readonly #positions = new Map<PeerName, Position>()
  readonly #log = new Map<PeerName, Map<number, HeldDelta>>()
  readonly #floors = new Map<PeerName, number>()
  readonly #samplesOf = new Map<PeerName, number>()
  /** The last number that counts of an origin that has been expelled. */
  readonly #last = new Map<PeerName, number>()
  /** In the order in which they came: the oldest goes first. */
  readonly #order = new Set<HeldDelta>()
  /** Where a snapshot stands that is on its way here. */
  #expected: ReadonlyMap<PeerName, Pick<Position, 'seq'>> = NOTHING
  #bytes = 0
  #samples = 0

  /** `maxBytes`: of the bodies that are kept. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Rows that all local steps in the replica have seen. */
  get samples(): number {
    return this.#samples
  }

  /** Those of one origin. */
  samplesOf(origin: PeerName): number {
    return this.#samplesOf.get(origin) ?? 0
  }

  origins(): Iterable<PeerName> {
    return this.#positions.keys()
  }

  position(origin: PeerName): Position {
    return this.#positions.get(origin) ?? START
  }

  seq(origin: PeerName): number {
    return this.position(origin).seq
  }

  /** What follows this cut is kept for when its snapshot is here; null: there is none on its way any more. */
  expect(cut: ReadonlyMap<PeerName, Pick<Position, 'seq'>> | null): void {
    this.#expected = cut ?? NOTHING
  }

  /** Whether a snapshot is on its way. */
  get expecting(): boolean {
    return this.#expected !== NOTHING
  }

  /** Where an origin stands, or will when the snapshot is here. */
  ahead(origin: PeerName): number {
    return Math.max(this.seq(origin), this.#expected.get(origin)?.seq ?? 0)
  }

  /** Deltas after this one can be served. */
  floor(origin: PeerName): number {
    return this.#floors.get(origin) ?? 0
  }

  /** Deltas after this one do not count. */
  last(origin: PeerName): number {
    return this.#last.get(origin) ?? Infinity
  }

  /** True while there are deltas in the set that do not count, and that cannot be given back. */
  get overrun(): boolean {
    for (const [origin, last] of this.#last) if (this.seq(origin) > last) return true
    return false
  }

  /** False: there are too many origins to hear of another; one place is this peer's own. */
  admits(origin: PeerName): boolean {
    const known = this.#positions.has(origin) || this.#last.has(origin)
    return known || this.#positions.size + this.#last.size < MAX_ORIGINS - 1
  }

  get(origin: PeerName, seq: number): HeldDelta | undefined {
    return this.#log.get(origin)?.get(seq)
  }

  /** The delta of this number or, where that is void, the next one that counts. */
  following(origin: PeerName, seq: number): HeldDelta | undefined {
    const exact = this.get(origin, seq)
    if (exact !== undefined) return exact
    for (const delta of this.#log.get(origin)?.values() ?? []) {
      if (delta.seq > seq) return baseOf(delta) < seq ? delta : undefined
    }
    return undefined
  }

  /** The digest of an origin's delta, as far as it is remembered. */
  digestAt(origin: PeerName, seq: number): Bytes | undefined {
    const position = this.position(origin)
    if (position.seq === seq) return position.digest
    const next = this.following(origin, seq + 1)
    return next !== undefined && baseOf(next) === seq ? next.previous : undefined
  }

  /** What follows this number, the newest first; null: some of it has been forgotten, or never was. */
  above(origin: PeerName, base: number): readonly HeldDelta[] | null {
    const deltas: HeldDelta[] = []
    let { seq } = this.position(origin)
    while (seq > base) {
      const delta = this.get(origin, seq)
      if (delta === undefined) return null
      deltas.push(delta)
      seq = baseOf(delta)
    }
    return seq === base ? deltas : null
  }

  /** The origin itself has declared void what follows this number. Null: as for `above`. */
  takeBack(origin: PeerName, base: number): readonly HeldDelta[] | null {
    const gone = this.above(origin, base)
    const first = gone?.at(-1)
    if (gone === null || first === undefined) return gone
    for (const delta of gone) this.#remove(delta)
    this.#positions.set(origin, { seq: base, digest: first.previous })
    return gone
  }

  /** The deltas that are kept, in the order in which they came. */
  log(): readonly HeldDelta[] {
    return [...this.#order]
  }

  /** Begins again at a cut, with these deltas below it to serve; what else has been kept is forgotten. */
  restore(
    cut: Iterable<readonly [PeerName, Position & { readonly samples: number }]>,
    log: readonly HeldDelta[] = []
  ): void {
    this.#positions.clear()
    this.#log.clear()
    this.#order.clear()
    this.#floors.clear()
    this.#samplesOf.clear()
    this.#bytes = 0
    this.#samples = 0
    for (const [origin, { seq, digest, samples }] of cut) {
      this.#positions.set(origin, { seq, digest })
      this.#floors.set(origin, seq)
      this.#samplesOf.set(origin, samples)
      this.#samples += samples
    }
    // The newest first, so that of each origin the oldest is looked at last.
    for (const delta of log.toReversed()) this.#floors.set(delta.origin, baseOf(delta))
    for (const delta of log) this.#keep(delta)
  }

  /** `delta` follows its origin's position. */
  add(delta: HeldDelta): void {
    const { origin, seq, digest, head } = delta
    this.#positions.set(origin, { seq, digest })
    this.#keep(delta)
    this.#count(origin, head.samples)
    this.#prune()
  }

  /**
   * From this number on an origin's deltas do not count. Returns those that were in the set, and are no
   * more; null: one of them has been forgotten, and all stay.
   */
  close(origin: PeerName, from: number): readonly HeldDelta[] | null {
    this.#last.set(origin, from - 1)
    if (this.seq(origin) < from) return []
    if (this.floor(origin) >= from) return null
    const gone: HeldDelta[] = []
    let { seq, digest } = this.position(origin)
    while (seq >= from) {
      const delta = this.get(origin, seq)!
      gone.push(delta)
      this.#remove(delta)
      seq = baseOf(delta)
      digest = delta.previous
    }
    this.#positions.set(origin, { seq, digest })
    return gone.reverse()
  }

  /** All of an origin's deltas count again. */
  reopen(origin: PeerName): void {
    this.#last.delete(origin)
  }

  #keep(delta: HeldDelta): void {
    const { origin, seq, body } = delta
    const log = this.#log.get(origin) ?? new Map<number, HeldDelta>()
    this.#log.set(origin, log.set(seq, delta))
    this.#order.add(delta)
    this.#bytes += body.length
  }

  #prune(): void {
    for (const oldest of this.#order) {
      // The newest stays whatever its size: nobody else may have it yet.
      if (this.#bytes <= this.#maxBytes || this.#order.size === 1) return
      this.#drop(oldest)
      this.#floors.set(oldest.origin, oldest.seq)
    }
  }

  #remove(delta: HeldDelta): void {
    this.#drop(delta)
    this.#count(delta.origin, -delta.head.samples)
  }

  #count(origin: PeerName, samples: number): void {
    this.#samplesOf.set(origin, this.samplesOf(origin) + samples)
    this.#samples += samples
  }

  #drop(delta: HeldDelta): void {
    this.#order.delete(delta)
    this.#log.get(delta.origin)!.delete(delta.seq)
    this.#bytes -= delta.body.length
  }
}
