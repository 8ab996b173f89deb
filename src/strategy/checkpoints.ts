/** When a checkpoint is taken, and what has become of it: one at a time, and no round waits for it. */
import type { Saved } from '../vector/saved.ts'
import type { Checkpoint, Milliseconds } from './strategy.ts'

/** What every strategy that keeps checkpoints has among its effects. */
export type CheckpointEffect =
  | { readonly type: 'compute'; readonly job: { readonly kind: 'checkpoint' } }
  | { readonly type: 'checkpoint'; readonly record: Checkpoint }

/** Rounds between two where time sets no bound: more often it would not be worth its bytes. */
const ROUNDS = 16

export class Checkpoints {
  readonly #every: Milliseconds
  readonly #emit: (effect: CheckpointEffect) => void
  /** Completed rounds since the latest was begun. */
  #rounds = 0
  /** When it was begun. */
  #at: Milliseconds = 0
  /** The next round's number in the one that is being copied. */
  #copying: number | null = null
  #writing = false

  /** `every`: least time between two that are due; 0: by rounds alone. */
  constructor(every: Milliseconds, emit: (effect: CheckpointEffect) => void) {
    this.#every = every
    this.#emit = emit
  }

  /** One is on its way to the disk. */
  get busy(): boolean {
    return this.#copying !== null || this.#writing
  }

  /** A life begins. */
  begin(now: Milliseconds): void {
    this.#at = now
  }

  /** A round is over, and `next` comes next. */
  completed(next: number, now: Milliseconds): void {
    this.#rounds++
    const due = this.#every > 0 ? now >= this.#at + this.#every : this.#rounds >= ROUNDS
    if (due && !this.busy) this.take(next, now)
  }

  /** Of what the jobs so far will have made of the replica; only while none is on its way. */
  take(next: number, now: Milliseconds): void {
    this.#rounds = 0
    this.#at = now
    this.#copying = next
    this.#emit({ type: 'compute', job: { kind: 'checkpoint' } })
  }

  copied(compute: Saved): void {
    if (this.#copying === null) return
    const record = { kind: 'checkpoint', round: this.#copying, compute } as const
    this.#copying = null
    this.#writing = true
    this.#emit({ type: 'checkpoint', record })
  }

  /** Kept or not: the one before it still stands, and the next comes in its time. */
  answered(): void {
    this.#writing = false
  }
}
