/** What the compute half of stochastic gradient push goes on from. Flows are not part of it: they begin anew. */
import { z } from 'zod'
import type { Saved } from '../../vector/saved.ts'
import { checkNames, partOf, savedFloats, under } from '../../vector/saved-parts.ts'
import type { Vector } from '../../vector/vector.ts'
import { savedData } from '../saved-data.ts'
import type { Whole } from './sums.ts'

const dataSchema = z.strictObject({
  mass: z.number().min(0),
  worth: z.number(),
  told: z.number(),
  gain: z.number().nullable(),
  trainer: z.unknown()
})

export interface SavedState {
  readonly replica: Vector
  readonly x: Whole
  /** In units of 2^-32. */
  readonly mass: number
  readonly worth: number
  /** What this peer counts for: what of it is in `worth`, and the running mean of its gains. */
  readonly told: number
  readonly gain: number | null
  readonly trainer: Saved
}

/** Takes the vectors over as they are: they must be copies. */
export const packState = ({ replica, x, trainer, ...rest }: SavedState): Saved => ({
  vectors: { replica, x, ...under('trainer', trainer) },
  data: { ...rest, trainer: trainer.data }
})

/** Gives what was saved itself, no copies. @throws RangeError for what is of something else */
export const unpackState = (saved: Saved, parameters: number): SavedState => {
  const { trainer: data, ...rest } = savedData(dataSchema, saved.data)
  const trainer = partOf(saved, 'trainer', data)
  checkNames(saved, ['replica', 'x', ...Object.keys(under('trainer', trainer))])
  const { x } = saved.vectors
  if (!(x instanceof Int32Array) || x.length !== parameters) {
    throw new RangeError(`what was saved has no int32 vector x of ${parameters} elements`)
  }
  return { replica: savedFloats(saved, 'replica', parameters), x, trainer, ...rest }
}
