/** What the compute half goes on from. */
import { z } from 'zod'
import type { Saved } from '../../vector/saved.ts'
import { partOf, savedFloats, under } from '../../vector/saved-parts.ts'
import type { Vector } from '../../vector/vector.ts'
import { savedData } from '../saved-data.ts'
import type { Trainer } from '../strategy.ts'
import type { Agreed } from './agreed.ts'
import { type FixedPoint, toFloats } from './fixed-point.ts'

/** All of one length. */
export interface ComputeVectors extends Agreed {
  readonly residual: Vector
  /** Null: gradients are not corrected. */
  readonly correction: Vector | null
}

export interface ComputeProgress {
  /** Steps of the schedule at the latest local steps. */
  readonly step: number
  readonly started: boolean
  /** What local steps gain, where deltas count by it; null: not known yet. */
  readonly gain?: number | null | undefined
}

const TRAINER = 'trainer'

const dataSchema = z.strictObject({
  step: z.number(),
  started: z.boolean(),
  gain: z.number().nullable().optional(),
  trainer: z.unknown()
})

export const saveAll = (
  { base, replica, residual, correction }: ComputeVectors,
  trainer: Trainer,
  progress: ComputeProgress
): Saved => {
  const saved = trainer.save()
  return {
    vectors: {
      replica: replica.slice(),
      base: base.slice(),
      residual: residual.slice(),
      ...(correction === null ? {} : { correction: correction.slice() }),
      ...under(TRAINER, saved)
    },
    data: { ...progress, trainer: saved.data }
  }
}

const savedBase = ({ vectors }: Saved, length: number): FixedPoint => {
  const { base } = vectors
  if (base instanceof Int32Array && base.length === length) return base
  throw new RangeError(`what was saved has no replica of ${length} integers`)
}

/** Nothing is changed unless all fits. @throws RangeError for what another model or optimiser has saved */
export const resumeFrom = (
  saved: Saved,
  { base, replica, residual, correction }: ComputeVectors,
  trainer: Trainer
): ComputeProgress => {
  const { length } = base
  const { trainer: data, ...progress } = savedData(dataSchema, saved.data)
  const integers = savedBase(saved, length)
  const rest = savedFloats(saved, 'residual', length)
  const control = correction === null ? null : savedFloats(saved, 'correction', length)
  trainer.restore(partOf(saved, TRAINER, data))
  base.set(integers)
  toFloats(base, replica)
  residual.set(rest)
  if (control !== null) correction?.set(control)
  return progress
}
