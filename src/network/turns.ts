import type { Milliseconds } from '../strategy/strategy.ts'
import { TokenBucket } from './token-bucket.ts'

export interface Clock {
  now(): Milliseconds
  /** Calls `run` later; keeps no process alive. */
  after(delay: Milliseconds, run: () => void): void
}

export const CLOCK: Clock = {
  now: () => performance.now(),
  after: (delay, run) => {
    setTimeout(run, delay).unref()
  }
}

/** Of the first all go before any of the second: what links live on, what steers, what is large. */
export const URGENCIES = ['vital', 'control', 'bulk'] as const
export type Urgency = (typeof URGENCIES)[number]

/** A turn's bytes: a quarter of a second's worth, within these. */
const LEAST_TURN = 512
const MOST_TURN = 64 << 10
const TURNS_A_SECOND = 4

interface Waiting {
  /** Called at its turn: the bytes it takes from the bucket. */
  readonly take: () => number
  readonly resolve: () => void
}

/**
 * Who may go next at a limited rate. Everyone who waits has one turn at a time, and then queues again
 * behind the others of the same urgency: a round robin, without knowing anyone's name. The queue is as
 * long as there are sockets and streams.
 */
export class Turns {
  readonly #clock: Clock
  readonly #bucket = new TokenBucket()
  readonly #queues: Record<Urgency, Waiting[]> = { vital: [], control: [], bulk: [] }
  /** Number of the timer that counts; an older one has been replaced. */
  #timer = 0
  #armed = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get limited(): boolean {
    return this.#bucket.rate !== null
  }

  /** The most bytes that one turn should take. */
  get size(): number {
    const { rate } = this.#bucket
    if (rate === null) return Infinity
    return Math.max(LEAST_TURN, Math.min(MOST_TURN, Math.floor(rate / TURNS_A_SECOND)))
  }

  /** Bytes that may come at once after a pause. */
  get burst(): number {
    return this.#bucket.burst
  }

  /** Bytes in the bucket; below 0: what has been taken in advance. */
  get level(): number {
    return this.#bucket.level(this.#clock.now())
  }

  /** Bytes a second from now on; null: everyone who waits goes at once. */
  limit(bytesPerSecond: number | null): void {
    this.#bucket.setRate(bytesPerSecond, this.#clock.now())
    // What has been waited for may come earlier now.
    this.#armed = false
    this.#serve()
  }

  /** Bytes that nobody waits for count, too. */
  take(bytes: number): void {
    this.#bucket.take(bytes, this.#clock.now())
  }

  /** Resolves when it is the caller's turn, after `take` has said what it costs. */
  turn(urgency: Urgency, take: () => number): Promise<void> {
    return new Promise((resolve) => {
      this.#queues[urgency].push({ take, resolve })
      this.#serve()
    })
  }

  #serve(): void {
    if (this.#armed) return
    for (;;) {
      const queue = URGENCIES.map((urgency) => this.#queues[urgency]).find(
        ({ length }) => length > 0
      )
      if (queue === undefined) return
      const wait = this.#bucket.wait(this.#clock.now())
      if (wait > 0) {
        this.#arm(wait)
        return
      }
      const next = queue.shift()!
      this.take(next.take())
      next.resolve()
    }
  }

  #arm(wait: Milliseconds): void {
    this.#armed = true
    const timer = ++this.#timer
    this.#clock.after(wait, () => {
      if (timer !== this.#timer) return
      this.#armed = false
      this.#serve()
    })
  }
}
