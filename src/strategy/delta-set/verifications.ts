import type { Claim } from '../strategy.ts'
import type { Stage } from './stage.ts'

type Then = (valid: readonly boolean[]) => void

/** Questions about signatures that are out: the host answers in order, each answer is for its asker. */
export class Verifications {
  readonly #stage: Stage
  readonly #waiting: Then[] = []

  constructor(stage: Stage) {
    this.#stage = stage
  }

  ask(claims: readonly Claim[], then: Then): void {
    this.#waiting.push(then)
    this.#stage.emit({ type: 'verify', claims })
  }

  answered(valid: readonly boolean[]): void {
    this.#waiting.shift()?.(valid)
  }
}
