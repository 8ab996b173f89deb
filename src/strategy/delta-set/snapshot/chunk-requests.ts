import { sameBytes } from '../../../vector/same.ts'
import type { Bytes } from '../../../vector/vector.ts'
import type { Sha256 } from '../../context.ts'
import type { Milliseconds, PeerName } from '../../strategy.ts'

interface Request {
  readonly from: PeerName
  readonly at: Milliseconds
}

/** Chunks that may be open with one source: at first, and once it has shown how quick it is (1 MiB). */
const FIRST_OPEN = 2
const MOST_OPEN = 16
/** Whoever answers within the first is asked for more at a time, whoever takes longer than the second for less. */
const QUICK_MS = 500
const SLOW_MS = 2000

/**
 * Which chunks have come, and which have been asked for, of whom and when: each of one source at a time,
 * but for the last ones, which somebody idle is asked for, too, when they are slow to come.
 */
export class ChunkRequests {
  readonly #hashes: readonly Bytes[]
  readonly #sha256: Sha256
  readonly #received: Array<Bytes | undefined>
  readonly #open = new Map<number, Request>()
  /** How many chunks may be open with each source. */
  readonly #sources = new Map<PeerName, number>()
  #missing: number
  #bytes = 0
  /** All before it have been asked for or are here. */
  #next = 0

  constructor(hashes: readonly Bytes[], sha256: Sha256) {
    this.#hashes = hashes
    this.#sha256 = sha256
    this.#missing = hashes.length
    this.#received = new Array(hashes.length)
  }

  get complete(): boolean {
    return this.#missing === 0
  }

  /** That have come. */
  get bytes(): number {
    return this.#bytes
  }

  get sources(): Iterable<PeerName> {
    return this.#sources.keys()
  }

  get hasSources(): boolean {
    return this.#sources.size > 0
  }

  /** All of them, once complete. */
  get chunks(): readonly Bytes[] {
    return this.#received.flatMap((bytes) => bytes ?? [])
  }

  addSource(peer: PeerName): void {
    if (!this.#sources.has(peer)) this.#sources.set(peer, FIRST_OPEN)
  }

  /** What is open with it is free to be asked of others. */
  dropSource(peer: PeerName): void {
    this.#sources.delete(peer)
    for (const [index, { from }] of this.#open) if (from === peer) this.#free(index)
  }

  /** What is to be asked of a source now. */
  next(source: PeerName, at: Milliseconds): readonly number[] {
    let open = 0
    for (const { from } of this.#open.values()) if (from === source) open++
    const room = (this.#sources.get(source) ?? 0) - open
    const indices: number[] = []
    while (indices.length < room) {
      const index = this.#unasked() ?? (open + indices.length === 0 ? this.#slowest(at) : null)
      if (index === null) break
      // At the end, whoever had it before.
      this.#open.delete(index)
      this.#open.set(index, { from: source, at })
      indices.push(index)
    }
    return indices
  }

  /** False: its hash is not the one that was promised. What nobody has asked this source for is ignored. */
  take(source: PeerName, index: number, bytes: Bytes, now: Milliseconds): boolean {
    const request = this.#open.get(index)
    if (request?.from !== source) return true
    if (!sameBytes(this.#sha256(bytes), this.#hashes[index]!)) {
      this.#free(index)
      return false
    }
    this.#open.delete(index)
    this.#received[index] = bytes
    this.#missing--
    this.#bytes += bytes.byteLength
    this.#pace(source, now - request.at)
    return true
  }

  /** Sources that have let a request from before `before` run out. */
  late(before: Milliseconds): ReadonlySet<PeerName> {
    const late = new Set<PeerName>()
    for (const { from, at } of this.#open.values()) if (at <= before) late.add(from)
    return late
  }

  #pace(source: PeerName, took: Milliseconds): void {
    const open = this.#sources.get(source)
    if (open === undefined) return
    if (took <= QUICK_MS) this.#sources.set(source, Math.min(MOST_OPEN, open + 1))
    else if (took > SLOW_MS) this.#sources.set(source, Math.max(FIRST_OPEN, open >> 1))
  }

  #free(index: number): void {
    this.#open.delete(index)
    this.#next = Math.min(this.#next, index)
  }

  #unasked(): number | null {
    const { length } = this.#hashes
    const isTaken = (index: number): boolean =>
      this.#received[index] !== undefined || this.#open.has(index)
    while (this.#next < length && isTaken(this.#next)) this.#next++
    return this.#next < length ? this.#next : null
  }

  /** What somebody else has had for the longest time, if that is long. */
  #slowest(now: Milliseconds): number | null {
    // In the order of asking.
    for (const [index, { at }] of this.#open) return now - at >= SLOW_MS ? index : null
    return null
  }
}
