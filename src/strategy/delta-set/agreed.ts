import type { Vector } from '../../vector/vector.ts'
import type { Trainer } from '../strategy.ts'
import { type FixedPoint, toFixedPoint, toFloats } from './fixed-point.ts'

/** A replica twice. // [parameters] */
export interface Agreed {
  /** As all peers agree on it, a sum of integers. */
  readonly base: FixedPoint
  /** The same in float32: local steps work on it. */
  readonly replica: Vector
}

/** To be overwritten. */
export const blank = (length: number): Agreed => ({
  base: new Int32Array(length),
  replica: new Float32Array(length)
})

/** What all peers begin with. */
export const initially = (trainer: Trainer): Agreed => {
  const base = toFixedPoint(trainer.initial())
  const replica = new Float32Array(base.length)
  toFloats(base, replica)
  return { base, replica }
}
