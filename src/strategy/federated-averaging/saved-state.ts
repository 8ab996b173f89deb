/** What the compute half of federated averaging goes on from; the global model is in it where the peer has it. */
import { z } from 'zod'
import type { Saved, SavedVector } from '../../vector/saved.ts'
import { checkNames, partOf, savedFloats, under } from '../../vector/saved-parts.ts'
import type { Vector } from '../../vector/vector.ts'
import { savedData } from '../saved-data.ts'

const numbersSchema = z.strictObject({
  /** Steps that the coordinator's optimiser has made. */
  steps: z.int().min(0),
  /** Of the round under way. */
  rates: z.number(),
  samples: z.int().min(0),
  /** Running mean of what local steps have gained; null: none yet. */
  worth: z.number().nullable()
})

const dataSchema = z.strictObject({
  numbers: numbersSchema,
  /** Vectors that there may be or not. */
  has: z.array(z.enum(['residual', 'own', 'next', 'global'])),
  trainer: z.unknown()
})

export interface FederatedState extends z.output<typeof numbersSchema> {
  readonly replica: Vector
  readonly base: Vector
  /** Null where codes lose nothing. */
  readonly residual: Vector | null
  /** c_i, and the one that has been sent; null without control variates, or where none is on its way. */
  readonly own: Vector | null
  readonly next: Vector | null
  /** The coordinator's vectors; null for who has none. */
  readonly global: readonly Vector[] | null
  readonly trainer: Saved
}

const pieceName = (piece: number): string => `global/${piece}`

/** Takes the vectors over as they are: they must be copies. */
export const packState = (state: FederatedState): Saved => {
  const { replica, base, residual, own, next, global, trainer } = state
  const { steps, rates, samples, worth } = state
  const vectors: Record<string, SavedVector> = { replica, base }
  const has: Array<z.output<typeof dataSchema>['has'][number]> = []
  for (const [name, vector] of Object.entries({ residual, own, next })) {
    if (vector === null) continue
    vectors[name] = vector
    has.push(name as 'residual' | 'own' | 'next')
  }
  if (global !== null) has.push('global')
  global?.forEach((vector, piece) => {
    vectors[pieceName(piece)] = vector
  })
  return {
    vectors: { ...vectors, ...under('trainer', trainer) },
    data: { numbers: { steps, rates, samples, worth }, has, trainer: trainer.data }
  }
}

/**
 * Gives what was saved itself, no copies. `length`: of what peers are given; `pieces`: vectors of a
 * coordinator.
 *
 * @throws RangeError for what is of something else
 */
export const unpackState = (
  saved: Saved,
  parameters: number,
  length: number,
  pieces: number
): FederatedState => {
  const { numbers, has, trainer: data } = savedData(dataSchema, saved.data)
  const trainer = partOf(saved, 'trainer', data)
  const names = Array.from({ length: pieces }, (_, piece) => pieceName(piece))
  const some = has.flatMap((name) => (name === 'global' ? names : [name]))
  checkNames(saved, ['replica', 'base', ...some, ...Object.keys(under('trainer', trainer))])
  const maybe = (name: (typeof has)[number]): Vector | null =>
    has.includes(name) ? savedFloats(saved, name, parameters) : null
  return {
    ...numbers,
    replica: savedFloats(saved, 'replica', parameters),
    base: savedFloats(saved, 'base', length),
    residual: maybe('residual'),
    own: maybe('own'),
    next: maybe('next'),
    global: has.includes('global') ? names.map((name) => savedFloats(saved, name, length)) : null,
    trainer
  }
}
