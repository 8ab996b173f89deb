/**
 * One snapshot on its way here. Its chunks come from all who have confirmed it, at once, and each is
 * checked against its hash; what has come stays when a source is lost.
 */

import { hexToBytes } from '@noble/hashes/utils.js'
import { sameBytes } from '../../../vector/same.ts'
import type { Bytes } from '../../../vector/vector.ts'
import type { Milliseconds, PeerName } from '../../strategy.ts'
import { ChunkRequests } from './chunk-requests.ts'
import { PARAMETER_BYTES } from './chunks.ts'
import { Confirmations } from './confirmations.ts'
import { type Cut, linesOf } from './cut.ts'
import type { SnapshotMessage } from './messages.ts'
import type { SnapshotParts } from './parts.ts'

/** An offer whose signature has been checked. */
export interface Offer {
  readonly from: PeerName
  readonly id: Bytes
  readonly cut: Cut
  readonly hashes: readonly Bytes[]
  readonly root: string
  /** Origins whose missing deltas no neighbour could serve when it was asked for. */
  readonly unservable: ReadonlySet<PeerName>
  /** Signatures that are wanted. */
  readonly wanted: number
}

/** How long a source may take for a chunk. */
const CHUNK_PATIENCE_MS = 10_000
/** How long signatures are waited for: the cut is an old one then. */
const SIGNING_MS = 4000
/** How long a fetch without a source waits for one. */
const SOURCE_PATIENCE_MS = 30_000

export class Fetch {
  readonly offer: Offer
  readonly #parts: SnapshotParts
  readonly #requests: ChunkRequests
  readonly #confirmations = new Confirmations()
  readonly #began: Milliseconds
  #eager: boolean
  /** When there was last a source. */
  #sourceAt: Milliseconds

  /** `eager`: chunks are asked for before there are signatures enough. */
  constructor(parts: SnapshotParts, offer: Offer, eager: boolean) {
    const { now } = parts.stage
    this.#parts = parts
    this.offer = offer
    this.#eager = eager
    this.#requests = new ChunkRequests(offer.hashes, parts.sha256)
    this.#began = now
    this.#sourceAt = now
    this.#confirmations.ask([offer.from], now)
    this.#confirmations.answer(offer.from, 'confirmed')
    this.#confirmations.sign(offer.from)
    this.#requests.addSource(offer.from)
    this.#tell()
    this.tick()
  }

  /** Peers that have signed it. */
  get signers(): number {
    return this.#confirmations.signers
  }

  get chunks(): readonly Bytes[] {
    return this.#requests.chunks
  }

  /** True when chunks are asked for although signatures are lacking. */
  get eager(): boolean {
    return this.#eager
  }

  /** True when all of it is here. */
  get complete(): boolean {
    return this.#requests.complete
  }

  /** True when enough peers have signed it. */
  get confirmed(): boolean {
    return this.#confirmations.signers >= this.offer.wanted
  }

  /** True when somebody has computed another replica for its cut. */
  get disputed(): boolean {
    return this.#confirmations.disputed
  }

  /** True when whoever could be asked has signed it, be they enough or not. */
  get unanimous(): boolean {
    return this.#confirmations.unanimous
  }

  /** True when signatures are lacking and not to be expected any more. */
  get unconfirmed(): boolean {
    if (this.confirmed) return false
    return !this.#confirmations.open || this.#parts.stage.now - this.#began >= SIGNING_MS
  }

  /** True when there has been nobody for a while to get the rest from. */
  get deserted(): boolean {
    if (this.complete || this.#requests.hasSources) return false
    return this.#parts.stage.now - this.#sourceAt > SOURCE_PATIENCE_MS
  }

  /** It will be taken without more signatures. */
  hurry(): void {
    this.#eager = true
    this.#askChunks()
  }

  linkDown(peer: PeerName): void {
    this.#confirmations.forget(peer)
    this.#requests.dropSource(peer)
    this.#askChunks()
  }

  tick(): void {
    const { stage, spread } = this.#parts
    const { now } = stage
    for (const peer of this.#requests.late(now - CHUNK_PATIENCE_MS)) this.linkDown(peer)
    if (this.#requests.hasSources) this.#sourceAt = now
    for (const peer of this.#confirmations.ask(spread.peers, now)) this.#askConfirm(peer)
    this.#askChunks()
  }

  agreed(
    from: PeerName,
    { id, signature, serves }: Extract<SnapshotMessage, { kind: 'snapshot-confirmed' }>
  ): void {
    if (!this.#isThis(id) || !this.#confirmations.answer(from, 'confirmed')) return
    const { verifications, stage } = this.#parts
    verifications.ask([{ signer: from, digest: id, signature }], ([valid]) => {
      if (valid !== true) {
        this.#confirmations.ban(from)
        stage.reject(from, 'signature')
        return
      }
      this.#confirmations.sign(from)
      if (serves) this.#requests.addSource(from)
      this.#askChunks()
    })
  }

  refused(
    from: PeerName,
    { id, reason }: Extract<SnapshotMessage, { kind: 'snapshot-refused' }>
  ): void {
    if (!this.#isThis(id) || !this.#confirmations.answer(from, reason)) return
    this.#requests.dropSource(from)
    this.#askChunks()
  }

  chunk(from: PeerName, { id, index, bytes }: Extract<SnapshotMessage, { kind: 'chunk' }>): void {
    if (!this.#isThis(id)) return
    if (!this.#requests.take(from, index, bytes, this.#parts.stage.now)) {
      this.#parts.stage.reject(from, 'chunk')
      this.#confirmations.ban(from)
      this.#requests.dropSource(from)
    }
    this.#tell()
    this.#askChunks()
  }

  /** How far it is, for the operator. */
  #tell(): void {
    const { stage, length } = this.#parts
    const progress = { bytes: this.#requests.bytes, total: PARAMETER_BYTES * length }
    stage.emit({ type: 'joining', progress })
  }

  #isThis(id: Bytes): boolean {
    return sameBytes(id, this.offer.id)
  }

  #askConfirm(to: PeerName): void {
    const { spread } = this.#parts
    const { cut, root } = this.offer
    const lines = linesOf(cut, spread.numbering(to, cut.keys()))
    this.#say(to, { kind: 'snapshot-confirm', lines, root: hexToBytes(root) as Bytes })
  }

  #askChunks(): void {
    const { id } = this.offer
    if (!this.#eager && !this.confirmed && !this.unanimous) return
    for (const source of this.#requests.sources) {
      for (const index of this.#requests.next(source, this.#parts.stage.now)) {
        this.#say(source, { kind: 'chunk-ask', id, index })
      }
    }
  }

  #say(to: PeerName, message: SnapshotMessage): void {
    this.#parts.stage.send(to, message)
  }
}
