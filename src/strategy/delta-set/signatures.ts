import type { Bytes } from '../../vector/vector.ts'
import type { Stage } from './stage.ts'

type Then = (signature: Bytes) => void

/** Digests that are to be signed: the host answers in order, each answer is for its asker. */
export class Signatures {
  readonly #stage: Stage
  readonly #waiting: Then[] = []

  constructor(stage: Stage) {
    this.#stage = stage
  }

  ask(digest: Bytes, then: Then): void {
    this.#waiting.push(then)
    this.#stage.emit({ type: 'sign', digest })
  }

  answered(signature: Bytes): void {
    this.#waiting.shift()?.(signature)
  }
}
