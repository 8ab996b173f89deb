/**
 * The replica and where it stands, kept now and then: a peer that comes back goes on from there, and
 * asks for what it has missed. What it had not sent yet, its residual, is lost with its life.
 */
import type { Bytes } from '../../vector/vector.ts'
import type { HeldDeltas } from './held-deltas.ts'
import type { CheckpointRecord } from './kinds.ts'
import { cutOf } from './snapshot/cut.ts'
import type { Stage } from './stage.ts'

type Then = () => void

/** One whose replica is still being copied. */
interface Draft {
  readonly record: Omit<CheckpointRecord, 'base'>
  /** Null: nobody waits for it, and it may be left out. */
  readonly then: Then | null
}

export class Checkpoints {
  readonly #stage: Stage
  readonly #held: HeldDeltas
  /** In the order of their jobs, and of their records. */
  readonly #drafts: Draft[] = []
  readonly #keeping: Array<Then | null> = []

  constructor(stage: Stage, held: HeldDeltas) {
    this.#stage = stage
    this.#held = held
  }

  /** `then` is called when the checkpoint is kept, or could not be taken. */
  take(own: Pick<CheckpointRecord, 'signed' | 'guard'>, then: Then | null = null): void {
    // The job comes after those of all deltas in the set: what it copies is the replica at this cut.
    const cut = Array.from(cutOf(this.#held), ([origin, entry]) => ({ origin, ...entry }))
    this.#drafts.push({ record: { kind: 'checkpoint', ...own, cut }, then })
    this.#stage.compute({ kind: 'checkpoint' })
  }

  /** `signed`: the highest own number by now. A checkpoint would take the place of what it does not hold. */
  computed(base: Bytes, signed: number): void {
    const draft = this.#drafts.shift()
    if (draft === undefined) return
    if (draft.record.signed !== signed) {
      draft.then?.()
      return
    }
    this.#keeping.push(draft.then)
    this.#stage.emit({ type: 'persist', record: { ...draft.record, base }, replaces: true })
  }

  persisted(): void {
    this.#keeping.shift()?.()
  }

  /** Begins where an earlier life has ended. */
  restore({ cut, base }: CheckpointRecord): void {
    this.#held.restore(cut.map(({ origin, ...entry }) => [origin, entry] as const))
    this.#stage.compute({ kind: 'restore', chunks: [base], kept: [], share: 0 })
  }
}
