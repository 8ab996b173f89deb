import { sameBytes } from '../../../vector/same.ts'
import type { Bytes } from '../../../vector/vector.ts'
import type { Milliseconds, PeerName } from '../../strategy.ts'
import { hashOf } from '../chain.ts'

interface Request {
  readonly from: PeerName
  readonly at: Milliseconds
}

/** Chunks that may be open with one source: one on its way, one to follow it at once. */
const MAX_OPEN_CHUNKS = 2

/** Which chunks have come, and which have been asked for, of whom and when: each of one source at a time. */
export class ChunkRequests {
  readonly #hashes: readonly Bytes[]
  readonly #received: Array<Bytes | undefined>
  readonly #open = new Map<number, Request>()
  readonly #sources = new Set<PeerName>()
  #missing: number

  constructor(hashes: readonly Bytes[]) {
    this.#hashes = hashes
    this.#missing = hashes.length
    this.#received = new Array(hashes.length)
  }

  get complete(): boolean {
    return this.#missing === 0
  }

  get sources(): ReadonlySet<PeerName> {
    return this.#sources
  }

  /** All of them, once complete. */
  get chunks(): readonly Bytes[] {
    return this.#received.flatMap((bytes) => bytes ?? [])
  }

  addSource(peer: PeerName): void {
    this.#sources.add(peer)
  }

  /** What is open with it is free to be asked of others. */
  dropSource(peer: PeerName): void {
    this.#sources.delete(peer)
    for (const [index, { from }] of this.#open) if (from === peer) this.#open.delete(index)
  }

  /** What is to be asked of a source now. */
  next(source: PeerName, at: Milliseconds): readonly number[] {
    let open = 0
    for (const { from } of this.#open.values()) if (from === source) open++
    const indices: number[] = []
    const { length } = this.#hashes
    for (let index = 0; index < length && open + indices.length < MAX_OPEN_CHUNKS; index++) {
      if (this.#received[index] !== undefined || this.#open.has(index)) continue
      this.#open.set(index, { from: source, at })
      indices.push(index)
    }
    return indices
  }

  /** False: its hash is not the one that was promised. What nobody has asked this source for is ignored. */
  take(source: PeerName, index: number, bytes: Bytes): boolean {
    if (this.#open.get(index)?.from !== source) return true
    this.#open.delete(index)
    if (!sameBytes(hashOf(bytes), this.#hashes[index]!)) return false
    this.#received[index] = bytes
    this.#missing--
    return true
  }

  /** Sources that have let a request from before `before` run out. */
  late(before: Milliseconds): ReadonlySet<PeerName> {
    const late = new Set<PeerName>()
    for (const { from, at } of this.#open.values()) if (at <= before) late.add(from)
    return late
  }
}
