/**
 * Gives snapshots, and confirms those of others. One is held at a time, shared by all who want it, and
 * dropped when nobody has asked for a while; one is made at a time.
 */

import { bytesToHex } from '@noble/hashes/utils.js'
import { sameBytes } from '../../../vector/same.ts'
import type { Bytes } from '../../../vector/vector.ts'
import type { Milliseconds, PeerName } from '../../strategy.ts'
import { payloadOf } from '../body.ts'
import type { Result } from '../kinds.ts'
import { CHUNK_BYTES, rootOf } from '../replica-hash.ts'
import { chunkLength } from './chunks.ts'
import { type Cut, cutFrom, cutOf, linesOf, snapshotId } from './cut.ts'
import type { Refusal, SnapshotMessage } from './messages.ts'
import type { SnapshotParts } from './parts.ts'
import { reach } from './reach.ts'

/** A replica at a cut, signed. */
interface Snapshot {
  readonly id: Bytes
  readonly cut: Cut
  readonly hashes: readonly Bytes[]
  readonly signature: Bytes
  /** Null: only its hashes are known. */
  readonly bytes: Bytes | null
  usedAt: Milliseconds
}

interface Build {
  readonly cut: Cut
  /** What it is said to be; null: this peer makes its own. */
  readonly claimed: { readonly id: Bytes; readonly root: string } | null
  /** Who is to hear of it. */
  readonly askers: Set<PeerName>
}

interface Question {
  readonly id: Bytes
  readonly cut: Cut
  readonly root: string
  readonly at: Milliseconds
}

/** How long a question about a cut that this peer has not reached yet stays open. */
const CATCH_UP_MS = 2000
/** A snapshot that nobody has asked for so long is dropped. */
const HELD_MS = 30_000
/** While it is asked for more often than this, no other takes its place. */
const IN_USE_MS = 5000
/** One asker makes this peer compute no oftener. */
const BUILD_GAP_MS = 1000

export class SnapshotServer {
  readonly #parts: SnapshotParts
  #held: Snapshot | null = null
  #build: Build | null = null
  /** Who wants a snapshot, and who has asked whether one is right: one question of each neighbour. */
  readonly #asks = new Set<PeerName>()
  readonly #questions = new Map<PeerName, Question>()
  readonly #builtFor = new Map<PeerName, Milliseconds>()

  constructor(parts: SnapshotParts) {
    this.#parts = parts
  }

  linkDown(peer: PeerName): void {
    this.#build?.askers.delete(peer)
    this.#asks.delete(peer)
    this.#questions.delete(peer)
    this.#builtFor.delete(peer)
  }

  tick(): void {
    const { now } = this.#parts.stage
    if (this.#held !== null && now - this.#held.usedAt > HELD_MS) this.#held = null
    for (const [peer, { id, at }] of this.#questions) {
      if (now - at <= CATCH_UP_MS) continue
      this.#questions.delete(peer)
      this.#refuse(peer, id, 'behind')
    }
    this.proceed()
  }

  ask(from: PeerName): void {
    this.#asks.add(from)
    this.proceed()
  }

  /** True: the message makes no sense. */
  confirm(
    from: PeerName,
    message: Extract<SnapshotMessage, { kind: 'snapshot-confirm' }>
  ): boolean {
    const { manifest, spread, stage } = this.#parts
    const cut = cutFrom(message.lines, (number) => spread.nameOf(from, number))
    if (cut === null) return true
    const root = bytesToHex(message.root)
    const id = snapshotId(manifest, cut, root)
    this.#questions.set(from, { id, cut, root, at: stage.now })
    this.proceed()
    return false
  }

  /** Answers what can be answered by now. */
  proceed(): void {
    for (const [peer, question] of this.#questions) {
      if (this.#settle(peer, question)) this.#questions.delete(peer)
    }
    const snapshot = this.#held
    const { held } = this.#parts
    if (this.#asks.size === 0) return
    // As long as the log leads on from there, and not by far.
    if (snapshot?.bytes && reach(held, snapshot.cut) === 'reached' && this.#isNear(snapshot)) {
      for (const peer of this.#asks) this.#offer(peer, snapshot)
      this.#asks.clear()
    } else if (this.#build === null) this.#serve()
  }

  /** Whoever takes it has no more than a round to catch up with; or others are taking it at this moment. */
  #isNear({ cut, usedAt }: Snapshot): boolean {
    const { held, stage } = this.#parts
    return stage.now - usedAt < IN_USE_MS || above(held, cut).length <= cut.size
  }

  /** False: not yet. */
  #settle(peer: PeerName, { id, cut, root }: Question): boolean {
    const { held } = this.#parts
    if (this.#held !== null && sameBytes(this.#held.id, id)) {
      this.#confirmed(peer, this.#held)
      return true
    }
    const building = this.#build?.claimed
    if (building && sameBytes(building.id, id)) {
      this.#build?.askers.add(peer)
      return true
    }
    const reached = reach(held, cut)
    if (reached === 'pruned' || reached === 'differs') {
      this.#refuse(peer, id, reached)
      return true
    }
    if (reached === 'behind' || this.#build !== null || !this.#mayBuild(peer)) return false
    this.#begin({ cut, claimed: { id, root }, askers: new Set([peer]) }, above(held, cut))
    return true
  }

  /** Makes a snapshot for all who wait for one and have not had one made just now. */
  #serve(): void {
    const askers = new Set([...this.#asks].filter((peer) => this.#mayBuild(peer)))
    for (const peer of askers) this.#asks.delete(peer)
    if (askers.size === 0) return
    this.#begin({ cut: cutOf(this.#parts.held), claimed: null, askers }, [])
  }

  chunk(from: PeerName, { id, index }: Extract<SnapshotMessage, { kind: 'chunk-ask' }>): void {
    const { stage, length } = this.#parts
    const snapshot = this.#held
    if (!snapshot?.bytes || !sameBytes(snapshot.id, id)) {
      this.#refuse(from, id, 'gone')
      return
    }
    snapshot.usedAt = stage.now
    const start = index * CHUNK_BYTES
    const bytes = snapshot.bytes.slice(start, start + chunkLength(length, index))
    this.#say(from, { kind: 'chunk', id, index, bytes })
  }

  computed({ hashes, bytes }: Extract<Result, { kind: 'snapshot' }>): void {
    const build = this.#build
    if (build === null) return
    const { manifest, signatures, stage } = this.#parts
    const root = rootOf(hashes)
    const { cut, claimed, askers } = build
    if (claimed !== null && claimed.root !== root) {
      this.#build = null
      for (const peer of askers) this.#refuse(peer, claimed.id, 'differs')
      this.proceed()
      return
    }
    const id = snapshotId(manifest, cut, root)
    signatures.ask(id, (signature) => {
      this.#build = null
      const snapshot = { id, cut, hashes, signature, bytes, usedAt: stage.now }
      if (bytes !== null) this.#held = snapshot
      for (const peer of askers) {
        if (claimed === null) this.#offer(peer, snapshot)
        else this.#confirmed(peer, snapshot)
      }
      this.proceed()
    })
  }

  #begin(build: Build, undo: readonly Bytes[]): void {
    const { stage } = this.#parts
    const inUse = this.#held !== null && stage.now - this.#held.usedAt < IN_USE_MS
    for (const peer of build.askers) this.#builtFor.set(peer, stage.now)
    this.#build = build
    stage.compute({ kind: 'snapshot', undo, keep: build.claimed === null || !inUse })
  }

  #mayBuild(from: PeerName): boolean {
    const last = this.#builtFor.get(from)
    return last === undefined || this.#parts.stage.now - last >= BUILD_GAP_MS
  }

  #offer(to: PeerName, snapshot: Snapshot): void {
    const { spread, stage } = this.#parts
    snapshot.usedAt = stage.now
    const { cut, hashes, signature } = snapshot
    const lines = linesOf(cut, spread.numbering(to, cut.keys()))
    this.#say(to, { kind: 'snapshot-offer', lines, hashes, signature })
  }

  #confirmed(to: PeerName, { id, signature, bytes }: Snapshot): void {
    this.#say(to, { kind: 'snapshot-confirmed', id, signature, serves: bytes !== null })
  }

  #refuse(to: PeerName, id: Bytes, reason: Refusal): void {
    this.#say(to, { kind: 'snapshot-refused', id, reason })
  }

  #say(to: PeerName, message: SnapshotMessage): void {
    this.#parts.stage.send(to, message)
  }
}

/** What is to be taken back from the replica to be at a cut that is in reach. */
const above = (held: SnapshotParts['held'], cut: Cut): readonly Bytes[] =>
  [...held.origins()].flatMap((origin) =>
    (held.above(origin, cut.get(origin)?.seq ?? 0) ?? []).map(({ body }) => payloadOf(body))
  )
