import type { Bytes } from '../../vector/vector.ts'
import type { Claim, Effect } from '../strategy.ts'
import type { DeltaKinds } from './kinds.ts'
import type { Stage } from './stage.ts'

/** What the host is asked and answers in order: each answer is for its asker. */
export class Questions<Question, Answer> {
  readonly #stage: Stage
  readonly #effect: (question: Question) => Effect<DeltaKinds>
  readonly #waiting: Array<(answer: Answer) => void> = []

  constructor(stage: Stage, effect: (question: Question) => Effect<DeltaKinds>) {
    this.#stage = stage
    this.#effect = effect
  }

  ask(question: Question, then: (answer: Answer) => void): void {
    this.#waiting.push(then)
    this.#stage.emit(this.#effect(question))
  }

  answered(answer: Answer): void {
    this.#waiting.shift()?.(answer)
  }
}

/** Digests that are to be signed. */
export type Signatures = Questions<Bytes, Bytes>

export const signaturesOf = (stage: Stage): Signatures =>
  new Questions(stage, (digest) => ({ type: 'sign', digest }))

/** Signatures that are to be checked, claim by claim. */
export type Verifications = Questions<readonly Claim[], readonly boolean[]>

export const verificationsOf = (stage: Stage): Verifications =>
  new Questions(stage, (claims) => ({ type: 'verify', claims }))
