import { z } from 'zod'
import type { Random } from '../random.ts'
import { savedData, streamSchema } from '../strategy/saved-data.ts'
import type { Saved } from '../vector/saved.ts'
import { partOf, under } from '../vector/saved-parts.ts'

/** Has a state that it can go on from, in another process too. */
export interface Resumable {
  /** Copies. */
  save(): Saved
  /** Goes on from there; keeps no view of it. @throws RangeError for what something else has saved */
  restore(saved: Saved): void
}

const dataSchema = z.strictObject({ optimizer: z.unknown(), streams: z.array(streamSchema) })

/** The state of a descent: its optimiser, and the streams that its draws come from. */
export const descentState = (optimizer: Resumable, streams: readonly Random[]): Resumable => ({
  save: () => {
    const saved = optimizer.save()
    const data = { optimizer: saved.data, streams: streams.map((stream) => stream.save()) }
    return { vectors: under('optimizer', saved), data }
  },
  restore: (saved) => {
    const { optimizer: data, streams: states } = savedData(dataSchema, saved.data)
    if (states.length !== streams.length) {
      throw new RangeError(`${states.length} random streams were saved, not ${streams.length}`)
    }
    optimizer.restore(partOf(saved, 'optimizer', data))
    for (const [i, stream] of streams.entries()) stream.restore(states[i]!)
  }
})
