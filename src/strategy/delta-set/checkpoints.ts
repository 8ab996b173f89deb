/**
 * The replica and where it stands, kept now and then: a peer that comes back goes on from there, and
 * asks for what it has missed. What it had not sent yet, its residual, is lost with its life.
 */
import type { Bytes } from '../../vector/vector.ts'
import type { HeldDeltas } from './held-deltas.ts'
import type { CheckpointRecord } from './kinds.ts'
import { cutOf } from './snapshot/cut.ts'
import type { Stage } from './stage.ts'

export class Checkpoints {
  readonly #stage: Stage
  readonly #held: HeldDeltas
  /** The one under way, without the replica, which its job brings. */
  #draft: Omit<CheckpointRecord, 'base'> | null = null
  #then: () => void = () => {}

  constructor(stage: Stage, held: HeldDeltas) {
    this.#stage = stage
    this.#held = held
  }

  /** `then` is called when the checkpoint is kept. */
  take(own: Pick<CheckpointRecord, 'signed' | 'guard'>, then: () => void = () => {}): void {
    this.#then = then
    // The job comes after those of all deltas in the set: what it copies is the replica at this cut.
    const cut = Array.from(cutOf(this.#held), ([origin, entry]) => ({ origin, ...entry }))
    this.#draft = { kind: 'checkpoint', ...own, cut }
    this.#stage.compute({ kind: 'checkpoint' })
  }

  computed(base: Bytes): void {
    if (this.#draft === null) return
    this.#stage.emit({ type: 'persist', record: { ...this.#draft, base }, replaces: true })
    this.#draft = null
  }

  persisted(): void {
    const then = this.#then
    this.#then = () => {}
    then()
  }

  /** Begins where an earlier life has ended. */
  restore({ cut, base }: CheckpointRecord): void {
    this.#held.restore(cut.map(({ origin, ...entry }) => [origin, entry] as const))
    this.#stage.compute({ kind: 'restore', chunks: [base], kept: [], share: 0 })
  }
}
