import type { Milliseconds, PeerName } from '../strategy.ts'

interface Request {
  readonly to: PeerName
  readonly at: Milliseconds
}

/** Which deltas have been asked for, of whom and when: each of one neighbour at a time. */
export class Requests {
  readonly #open = new Map<PeerName, Map<number, Request>>()
  readonly #counts = new Map<PeerName, number>()
  /** Who has let a request run out: asked again only when nobody else has it. */
  readonly #slow = new Map<PeerName, Milliseconds>()

  has(origin: PeerName, seq: number): boolean {
    return this.#open.get(origin)?.has(seq) ?? false
  }

  /** How many are open with a neighbour. */
  count(to: PeerName): number {
    return this.#counts.get(to) ?? 0
  }

  /** Since when a neighbour is slow; undefined: it is not. */
  slowSince(to: PeerName): Milliseconds | undefined {
    return this.#slow.get(to)
  }

  add(origin: PeerName, seq: number, to: PeerName, at: Milliseconds): void {
    const open = this.#open.get(origin) ?? new Map<number, Request>()
    this.#open.set(origin, open.set(seq, { to, at }))
    this.#counts.set(to, this.count(to) + 1)
  }

  /** It has come. */
  close(origin: PeerName, seq: number): void {
    const open = this.#open.get(origin)
    const request = open?.get(seq)
    if (open === undefined || request === undefined) return
    open.delete(seq)
    if (open.size === 0) this.#open.delete(origin)
    this.#counts.set(request.to, this.count(request.to) - 1)
    this.#slow.delete(request.to)
  }

  /**
   * A delta has come that stands for all numbers after `base`, and nobody has checked that yet. True: it
   * was asked for, of somebody, or its sender was asked for one of the others.
   */
  closeAfter(origin: PeerName, base: number, seq: number, from: PeerName): boolean {
    const open = [...(this.#open.get(origin) ?? [])]
    const asked = open.filter(
      ([number, { to }]) => number === seq || (to === from && number > base && number < seq)
    )
    const closed = asked.map(([number]) => number)
    for (const number of closed) this.close(origin, number)
    return closed.length > 0
  }

  /** Everything is open no more. */
  clear(): void {
    this.#open.clear()
    this.#counts.clear()
  }

  /** Nothing more will come from this neighbour. */
  forget(to: PeerName): void {
    this.#closeWhere((request) => request.to === to)
    this.#counts.delete(to)
    this.#slow.delete(to)
  }

  /** Gives up what was asked before `before`; true when there was any. */
  expire(before: Milliseconds, now: Milliseconds): boolean {
    return this.#closeWhere(({ to, at }) => {
      if (at > before) return false
      this.#slow.set(to, now)
      return true
    })
  }

  #closeWhere(done: (request: Request) => boolean): boolean {
    let any = false
    for (const [origin, open] of this.#open) {
      for (const [seq, request] of open) {
        if (!done(request)) continue
        this.#counts.set(request.to, this.count(request.to) - 1)
        open.delete(seq)
        any = true
      }
      if (open.size === 0) this.#open.delete(origin)
    }
    return any
  }
}
