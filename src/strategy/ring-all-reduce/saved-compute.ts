/** What the compute half of ring-all-reduce goes on from. */
import { z } from 'zod'
import type { Saved } from '../../vector/saved.ts'
import { checkNames, partOf, savedFloats, under } from '../../vector/saved-parts.ts'
import type { Vector } from '../../vector/vector.ts'
import { savedData } from '../saved-data.ts'
import type { Source } from './own-gradient.ts'

const dataSchema = z.strictObject({ shared: z.unknown(), own: z.unknown() })

export interface SavedParts {
  readonly replica: Vector
  /** The own part of the step that comes next, where it is there already. */
  readonly part: Vector | null
  /** What the code has lost, where it loses something. */
  readonly lost: Vector | null
}

/** Takes the vectors over as they are: they must be copies. */
export const packCompute = ({
  replica,
  part,
  lost,
  source
}: SavedParts & { readonly source: Source }): Saved => {
  const [shared, own] = [source.shared.save(), source.own.save()]
  return {
    vectors: {
      replica,
      ...(part === null ? {} : { part }),
      ...(lost === null ? {} : { lost }),
      ...under('shared', shared),
      ...under('own', own)
    },
    data: { shared: shared.data, own: own.data }
  }
}

/** Restores the source; gives the vectors themselves, no copies. @throws RangeError for what is of something else */
export const unpackCompute = (saved: Saved, parameters: number, source: Source): SavedParts => {
  const data = savedData(dataSchema, saved.data)
  const shared = partOf(saved, 'shared', data.shared)
  const own = partOf(saved, 'own', data.own)
  const vectorOf = (name: string): Vector | null =>
    saved.vectors[name] === undefined ? null : savedFloats(saved, name, parameters)
  const [part, lost] = [vectorOf('part'), vectorOf('lost')]
  checkNames(saved, [
    'replica',
    ...(part === null ? [] : ['part']),
    ...(lost === null ? [] : ['lost']),
    ...Object.keys(under('shared', shared)),
    ...Object.keys(under('own', own))
  ])
  source.shared.restore(shared)
  source.own.restore(own)
  return { replica: savedFloats(saved, 'replica', parameters), part, lost }
}
