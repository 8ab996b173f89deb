/** What the compute half of gossip averaging goes on from. Edges are not part of it: they are made anew. */
import { z } from 'zod'
import type { Saved } from '../../vector/saved.ts'
import { checkNames, partOf, savedFloats, under } from '../../vector/saved-parts.ts'
import type { Vector } from '../../vector/vector.ts'
import { savedData } from '../saved-data.ts'

const dataSchema = z.strictObject({
  shift: z.int().min(0),
  slow: z.unknown(),
  trainer: z.unknown()
})

export interface SavedState {
  readonly replica: Vector
  /** Where it is measured, what mixing has added. */
  readonly mixed: Float64Array<ArrayBuffer> | null
  /** The gamma guard's, of new edges. */
  readonly shift: number
  /** Of slow momentum, where there is one. */
  readonly slow: Saved | null
  readonly trainer: Saved
}

/** Takes the vectors over as they are: they must be copies. */
export const packState = ({ replica, mixed, shift, slow, trainer }: SavedState): Saved => ({
  vectors: {
    replica,
    ...(mixed === null ? {} : { mixed }),
    ...(slow === null ? {} : under('slow', slow)),
    ...under('trainer', trainer)
  },
  data: { shift, slow: slow?.data ?? null, trainer: trainer.data }
})

/** Gives what was saved itself, no copies. @throws RangeError for what is of something else */
export const unpackState = (saved: Saved, parameters: number): SavedState => {
  const { shift, slow: slowData, trainer: trainerData } = savedData(dataSchema, saved.data)
  const slow = partOf(saved, 'slow', slowData)
  const trainer = partOf(saved, 'trainer', trainerData)
  const { mixed = null } = saved.vectors
  if (mixed !== null && !(mixed instanceof Float64Array && mixed.length === parameters)) {
    throw new RangeError(`what was saved has no float64 vector mixed of ${parameters} elements`)
  }
  const own = mixed === null ? ['replica'] : ['replica', 'mixed']
  const parts = [...Object.keys(under('slow', slow)), ...Object.keys(under('trainer', trainer))]
  checkNames(saved, [...own, ...parts])
  return {
    replica: savedFloats(saved, 'replica', parameters),
    mixed,
    shift,
    slow: slowData === null ? null : slow,
    trainer
  }
}
