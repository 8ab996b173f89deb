/**
 * All that this peer is, kept now and then: a peer that comes back goes on from there, serves what it
 * could serve, and asks for what it has missed.
 */
import type { Saved } from '../../vector/saved.ts'
import type { Milliseconds } from '../strategy.ts'
import type { Disputes } from './disputes.ts'
import type { HeldDelta, HeldDeltas } from './held-deltas.ts'
import type { CheckpointRecord } from './kinds.ts'
import { packLog, unpackLog } from './saved-log.ts'
import type { SavedRounds } from './saved-rounds.ts'
import { cutOf } from './snapshot/cut.ts'
import type { Stage } from './stage.ts'
import type { KeptStatement } from './statements.ts'

/** What a peer's rounds add to a checkpoint. */
export type OwnPart = Pick<CheckpointRecord, 'signed' | 'round' | 'rounds'>

/** One whose vectors are still being copied. */
interface Draft extends OwnPart, Pick<CheckpointRecord, 'cut' | 'proofs'> {
  readonly deltas: readonly HeldDelta[]
  readonly newest: readonly KeptStatement[]
}

export interface CheckpointParts {
  readonly stage: Stage
  readonly held: HeldDeltas
  readonly disputes: Disputes
  /** Time between the beginnings of two; 0: they go by rounds. */
  readonly every: Milliseconds
}

/** Rounds between two where no time is given, and those that one may be put off. */
const ROUNDS = 16
const GRACE_ROUNDS = 16

export class Checkpoints {
  readonly #parts: CheckpointParts
  #draft: Draft | null = null
  #writing = false
  /** When the latest one was begun. */
  #at: Milliseconds = -Infinity
  #turn = 0

  constructor(parts: CheckpointParts) {
    this.#parts = parts
  }

  /** One at a time. */
  get busy(): boolean {
    return this.#draft !== null || this.#writing
  }

  /** `turn`: rounds of this life. */
  due(turn: number): boolean {
    return !this.busy && this.#isPast(turn, ROUNDS, 1)
  }

  /** It has been put off for long enough. */
  overdue(turn: number): boolean {
    return this.#isPast(turn, ROUNDS + GRACE_ROUNDS, 2)
  }

  /** So many rounds, or so many times the time, after the latest one was begun. */
  #isPast(turn: number, rounds: number, times: number): boolean {
    const { stage, every } = this.#parts
    if (every === 0) return turn >= this.#turn + rounds
    return turn > this.#turn && stage.now >= this.#at + times * every
  }

  take(turn: number, own: OwnPart): void {
    const { stage, held, disputes } = this.#parts
    this.#turn = turn
    this.#at = stage.now
    // The job comes after those of all deltas in the set: what it copies is the replica at this cut.
    const cut = Array.from(cutOf(held), ([origin, entry]) => ({ origin, ...entry }))
    this.#draft = { ...own, cut, deltas: held.log(), ...disputes.save() }
    stage.compute({ kind: 'checkpoint' })
  }

  /**
   * `signed` and `learnt` are what they are by now. One that an own delta has overtaken is dropped: that
   * delta lies among the records before it, and not in it.
   */
  copied(
    compute: Saved,
    { signed, learnt }: Pick<OwnPart, 'signed'> & Pick<SavedRounds, 'learnt'>
  ): void {
    const draft = this.#draft
    this.#draft = null
    if (draft === null || draft.signed !== signed) return
    const { round, cut, proofs, deltas, newest: statements } = draft
    const names = cut.map(({ origin }) => origin)
    const log = packLog(names, { deltas, statements })
    const rounds = draft.rounds.unsent === null ? draft.rounds : { ...draft.rounds, learnt }
    const record = { kind: 'checkpoint', signed, round, cut, log, proofs, rounds, compute } as const
    this.#writing = true
    this.#parts.stage.emit({ type: 'checkpoint', record })
  }

  /** Kept or not: the next one comes when it is due. */
  concluded(): void {
    this.#writing = false
  }

  /** Begins where an earlier life has ended. */
  restore({ cut, log, proofs, compute }: CheckpointRecord): void {
    const { stage, held, disputes } = this.#parts
    const names = cut.map(({ origin }) => origin)
    const { deltas, statements } = unpackLog(names, log)
    held.restore(
      cut.map(({ origin, ...entry }) => [origin, entry] as const),
      deltas
    )
    disputes.restore([...deltas, ...statements], proofs)
    stage.compute({ kind: 'resume', compute })
  }
}
