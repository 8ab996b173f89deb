/**
 * How a member that lacks the replica that a view begins from takes it from one that has it, with the
 * optimiser's state: in chunks, a few of them asked for at a time. The ring waits for it.
 */
import type { Milliseconds, PeerName } from '../strategy.ts'
import type { Message, Result } from './kinds.ts'
import type { Stage } from './stage.ts'

export interface HandoverOptions {
  readonly chunkBytes: number
  /** Of the whole state. */
  readonly maxBytes: number
  /** After how long without a chunk it asks again. */
  readonly floor: Milliseconds
}

/** Chunks that are asked for and have not come. */
const OPEN = 4

interface Fetch {
  readonly generation: number
  readonly from: PeerName
  /** All has come: the jobs that have been issued make it this peer's. */
  readonly done: () => void
  /** It was of something else, and nothing has changed. */
  readonly failed: () => void
  readonly progress: (missing: number) => void
  /** Null: no chunk has come yet. */
  total: number | null
  received: number
  /** Where the next chunk to ask for begins. */
  asked: number
}

export class Handover {
  readonly #stage: Stage
  readonly #options: HandoverOptions
  #fetch: Fetch | null = null
  /** Of the one that has come last. */
  #failed: (() => void) | null = null
  /** By who takes them over the link that there is now: chunks being read, and where the next one begins. */
  readonly #serving = new Map<PeerName, { open: number; next: number }>()
  /** Who may ask in this view. */
  #takers: ReadonlySet<PeerName> = new Set()
  #generation = 0

  constructor(stage: Stage, options: HandoverOptions) {
    this.#stage = stage
    this.#options = options
  }

  get fetching(): boolean {
    return this.#fetch !== null
  }

  /** The replica stands still from now on, and these may have it. */
  serve(generation: number, takers: readonly PeerName[]): void {
    this.#generation = generation
    this.#takers = new Set(takers)
    this.#serving.clear()
  }

  stop(): void {
    if (this.#fetch !== null) this.#stage.emit({ type: 'joining', progress: null })
    this.#fetch = null
    this.#takers = new Set()
  }

  begin(fetch: Omit<Fetch, 'total' | 'received' | 'asked'>): void {
    this.#fetch = { ...fetch, total: null, received: 0, asked: 0 }
    this.#ask()
    this.#stage.timer('fetch', this.#options.floor)
  }

  /** What was asked for over the old link may be lost. */
  linkUp(peer: PeerName): void {
    this.#serving.delete(peer)
    if (peer === this.#fetch?.from) this.#askAgain(this.#fetch)
  }

  timeUp(name: string): void {
    if (name !== 'fetch' || this.#fetch === null) return
    this.#askAgain(this.#fetch)
    this.#stage.timer('fetch', this.#options.floor)
  }

  received(from: PeerName, message: Message): void {
    if (message.kind === 'fetch') this.#asked(from, message)
    if (message.kind === 'state') this.#came(from, message)
  }

  computed(result: Extract<Result, { kind: 'read' | 'written' }>): void {
    if (result.kind === 'read') {
      const { to, generation, total, offset, bytes } = result
      if (generation !== this.#generation || !this.#takers.has(to)) return
      const serving = this.#serving.get(to)
      if (serving !== undefined) serving.open = Math.max(0, serving.open - 1)
      this.#stage.send(to, { kind: 'state', generation, total, offset, bytes })
      return
    }
    if (result.complete !== null) return
    const failed = this.#failed
    this.#failed = null
    failed?.()
  }

  #askAgain(fetch: Fetch): void {
    fetch.asked = fetch.received
    this.#ask()
  }

  #ask(): void {
    const fetch = this.#fetch!
    const { chunkBytes } = this.#options
    // Until the first one has come nobody knows how many there are.
    const end = fetch.total ?? 1
    while (fetch.asked < end && fetch.asked < fetch.received + OPEN * chunkBytes) {
      const { generation, from, asked: offset } = fetch
      this.#stage.send(from, { kind: 'fetch', generation, offset })
      fetch.asked += chunkBytes
    }
  }

  #asked(to: PeerName, { generation, offset }: Extract<Message, { kind: 'fetch' }>): void {
    if (generation !== this.#generation || !this.#takers.has(to)) return
    const serving = this.#serving.get(to) ?? { open: 0, next: offset }
    // What has been sent over this link comes: a slow one must not carry it twice.
    if (serving.open >= OPEN || offset !== serving.next) return
    this.#serving.set(to, { open: serving.open + 1, next: offset + this.#options.chunkBytes })
    this.#stage.compute({ kind: 'read-state', to, generation, offset })
  }

  #came(from: PeerName, message: Extract<Message, { kind: 'state' }>): void {
    const fetch = this.#fetch
    const { generation, total, offset, bytes } = message
    if (fetch === null || from !== fetch.from || generation !== fetch.generation) return
    // What comes twice was asked for twice.
    if (offset !== fetch.received) return
    const { chunkBytes, maxBytes, floor } = this.#options
    const size = Math.min(chunkBytes, total - offset)
    const isOther = fetch.total !== null && total !== fetch.total
    if (isOther || total > maxBytes || size <= 0 || bytes.byteLength !== size) {
      this.#stage.reject(from, 'body')
      return
    }
    fetch.total = total
    fetch.received += size
    fetch.asked = Math.max(fetch.asked, fetch.received)
    this.#stage.emit({ type: 'joining', progress: { bytes: fetch.received, total } })
    this.#stage.compute({ kind: 'write-state', generation, total, offset, bytes })
    if (fetch.received === total) {
      this.#fetch = null
      this.#failed = fetch.failed
      this.#stage.emit({ type: 'joining', progress: null })
      fetch.done()
      return
    }
    fetch.progress(total - fetch.received)
    this.#stage.timer('fetch', floor)
    this.#ask()
  }
}
