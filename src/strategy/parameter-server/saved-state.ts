/** What the compute half of a parameter server goes on from; the shards that it serves are in it. */
import { z } from 'zod'
import type { Saved, SavedVector } from '../../vector/saved.ts'
import { checkNames, partOf, savedFloats, under } from '../../vector/saved-parts.ts'
import type { Vector } from '../../vector/vector.ts'
import { savedData } from '../saved-data.ts'

const dataSchema = z.strictObject({
  residual: z.boolean(),
  /** [shard, steps] of each that is served. */
  shards: z.array(z.tuple([z.int().min(0), z.int().min(0)])),
  trainer: z.unknown()
})

export interface SavedShard {
  readonly steps: number
  readonly vectors: readonly Vector[]
}

export interface SavedState {
  readonly replica: Vector
  readonly base: Vector
  /** Null where codes lose nothing. */
  readonly residual: Vector | null
  readonly shards: ReadonlyMap<number, SavedShard>
  readonly trainer: Saved
}

const nameOf = (shard: number, vector: number): string => `shard/${shard}/${vector}`

/** Takes the vectors over as they are: they must be copies. */
export const packState = (state: SavedState): Saved => {
  const { replica, base, residual, shards, trainer } = state
  const vectors: Record<string, SavedVector> = { replica, base }
  if (residual !== null) vectors['residual'] = residual
  for (const [shard, saved] of shards) {
    saved.vectors.forEach((vector, i) => {
      vectors[nameOf(shard, i)] = vector
    })
  }
  return {
    vectors: { ...vectors, ...under('trainer', trainer) },
    data: {
      residual: residual !== null,
      shards: [...shards].map(([shard, { steps }]) => [shard, steps]),
      trainer: trainer.data
    }
  }
}

/**
 * Gives what was saved itself, no copies. `lengths`: of all shards; `perShard`: vectors of each.
 *
 * @throws RangeError for what is of something else
 */
export const unpackState = (
  saved: Saved,
  parameters: number,
  lengths: readonly number[],
  perShard: number
): SavedState => {
  const data = savedData(dataSchema, saved.data)
  const trainer = partOf(saved, 'trainer', data.trainer)
  const numbers = Array.from({ length: perShard }, (_, i) => i)
  const own = ['replica', 'base', ...(data.residual ? ['residual'] : [])]
  const served = data.shards.flatMap(([shard]) => numbers.map((i) => nameOf(shard, i)))
  checkNames(saved, [...own, ...served, ...Object.keys(under('trainer', trainer))])
  const shardOf = (shard: number, steps: number): SavedShard => {
    const length = lengths[shard]
    if (length === undefined) throw new RangeError(`what was saved has a shard ${shard}`)
    return { steps, vectors: numbers.map((i) => savedFloats(saved, nameOf(shard, i), length)) }
  }
  return {
    replica: savedFloats(saved, 'replica', parameters),
    base: savedFloats(saved, 'base', parameters),
    residual: data.residual ? savedFloats(saved, 'residual', parameters) : null,
    shards: new Map(data.shards.map(([shard, steps]) => [shard, shardOf(shard, steps)])),
    trainer
  }
}
