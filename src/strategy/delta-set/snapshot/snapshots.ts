/** Snapshots of the replica, for those whom deltas alone cannot bring up to date (decision 0012). */
import type { PeerName } from '../../strategy.ts'
import { payloadOf } from '../body.ts'
import type { Result } from '../kinds.ts'
import type { Fetch } from './fetch.ts'
import { FETCH_TIMER, Joiner } from './joiner.ts'
import type { SnapshotMessage } from './messages.ts'
import type { SnapshotParts } from './parts.ts'
import { SnapshotServer } from './server.ts'

export interface SnapshotsOptions {
  /** Peers that may lie without a lie being taken: one signature more is wanted. */
  readonly faulty: number
}

/** What else changes when a snapshot is taken. */
export interface Adoption {
  /** This peer has not trained yet. */
  readonly fresh: boolean
  /** Share of what a losing side has learned beyond the cut that this peer takes along. */
  readonly share: number
  /** The set is another one now. */
  readonly restored: () => void
}

export class Snapshots {
  readonly #options: SnapshotsOptions
  readonly #parts: SnapshotParts
  readonly #server: SnapshotServer
  readonly #joiner: Joiner

  constructor(options: SnapshotsOptions, parts: SnapshotParts) {
    this.#options = options
    this.#parts = parts
    this.#server = new SnapshotServer(parts)
    this.#joiner = new Joiner(parts)
  }

  /** True while a snapshot is on its way here. */
  get fetching(): boolean {
    return this.#joiner.fetch !== null
  }

  /** True while one is asked for, too. */
  get asking(): boolean {
    return this.#joiner.busy
  }

  /** True when neighbours have what none can serve, and for all that is known the better replica. */
  get hoped(): boolean {
    return this.#joiner.promising > 0
  }

  /** True when so many say so that one of them is honest. */
  get needed(): boolean {
    return this.#joiner.promising > this.#options.faulty
  }

  /** Of the swarm, this peer included. */
  members(members: number): void {
    this.#joiner.wanted = Math.max(1, Math.min(this.#options.faulty + 1, members - 1))
  }

  linkDown(peer: PeerName): void {
    this.#server.linkDown(peer)
    this.#joiner.linkDown(peer)
  }

  /** Neighbours have said something about what they have. */
  consider(): void {
    if (this.#parts.spread.greeted) this.#joiner.consider()
  }

  /** The set has grown. */
  progressed(): void {
    this.#server.proceed()
  }

  tick(): void {
    this.#server.tick()
    this.#joiner.tick()
  }

  timeUp(name: string): void {
    if (name === FETCH_TIMER) this.#joiner.lookAfter()
  }

  computed(result: Extract<Result, { kind: 'snapshot' }>): void {
    this.#server.computed(result)
  }

  /** True: the message makes no sense. */
  received(from: PeerName, message: SnapshotMessage): boolean {
    switch (message.kind) {
      case 'restored':
        this.#parts.spread.restarted(from, message.times)
        this.#joiner.restored(from)
        return false
      case 'snapshot-ask':
        this.#server.ask(from)
        return false
      case 'snapshot-offer':
        return this.#joiner.offered(from, message)
      case 'snapshot-confirm':
        return this.#server.confirm(from, message)
      case 'snapshot-confirmed':
        this.#joiner.fetch?.agreed(from, message)
        return false
      case 'snapshot-refused':
        this.#joiner.fetch?.refused(from, message)
        return false
      case 'chunk-ask':
        this.#server.chunk(from, message)
        return false
      case 'chunk':
        this.#joiner.fetch?.chunk(from, message)
        return false
    }
  }

  /** Takes a snapshot that is complete, between two rounds of this peer's. */
  proceed({ fresh, share, restored }: Adoption): void {
    this.#joiner.fresh = fresh
    const fetch = this.#joiner.ready
    if (fetch === null) return
    const { held, stage, spread } = this.#parts
    const { cut } = fetch.offer
    const { kept, lost } = this.#joiner.compare(fetch.offer)
    this.#joiner.done()
    this.#notice(fetch, lost.length)
    stage.compute({
      kind: 'restore',
      chunks: fetch.chunks,
      kept: kept.map(({ body }) => payloadOf(body)),
      share: lost.length > 0 ? share : 0
    })
    held.restore(cut)
    for (const delta of kept) held.add(delta)
    restored()
    spread.restart()
  }

  #notice({ offer, signers }: Fetch, lost: number): void {
    const { stage } = this.#parts
    const { wanted } = offer
    const state = signers < wanted ? `unconfirmed: ${signers} of ${wanted}` : `${signers}`
    stage.notice(
      `took a snapshot of ${offer.cut.size} origins from ${offer.from} (signed by ${state})`
    )
    if (lost > 0) {
      stage.notice(
        `deltas of ${lost} origins are void: the other side of a partition had more samples`
      )
    }
  }
}
