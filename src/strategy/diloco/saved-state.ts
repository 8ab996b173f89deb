/** What the compute half of DiLoCo goes on from. */
import { z } from 'zod'
import type { Saved } from '../../vector/saved.ts'
import { checkNames, partOf, savedFloats, under } from '../../vector/saved-parts.ts'
import type { Vector } from '../../vector/vector.ts'
import { savedData } from '../saved-data.ts'
import type { Account } from './kinds.ts'

const dataSchema = z.strictObject({
  merit: z.int().min(0),
  samples: z.int().min(0),
  gain: z.number().nullable(),
  trainer: z.unknown()
})

export interface SavedState extends Account {
  /** As local steps have left it. */
  readonly replica: Vector
  readonly theta: Vector
  readonly momentum: Vector
  /** What the code has left out of earlier parts. */
  readonly residual: Vector
  /** Running mean of what this peer's rounds have gained. */
  readonly gain: number | null
  readonly trainer: Saved
}

/** Takes the vectors over as they are: they must be copies. */
export const packState = (state: SavedState): Saved => {
  const { replica, theta, momentum, residual, trainer, ...rest } = state
  return {
    vectors: { replica, theta, momentum, residual, ...under('trainer', trainer) },
    data: { ...rest, trainer: trainer.data }
  }
}

/** Gives what was saved itself, no copies. @throws RangeError for what is of something else */
export const unpackState = (saved: Saved, parameters: number): SavedState => {
  const { trainer: data, ...rest } = savedData(dataSchema, saved.data)
  const trainer = partOf(saved, 'trainer', data)
  const own = ['replica', 'theta', 'momentum', 'residual']
  checkNames(saved, [...own, ...Object.keys(under('trainer', trainer))])
  const floats = (name: string): Vector => savedFloats(saved, name, parameters)
  return {
    replica: floats('replica'),
    theta: floats('theta'),
    momentum: floats('momentum'),
    residual: floats('residual'),
    trainer,
    ...rest
  }
}
