import type { Tensor } from '@tensorflow/tfjs-core'
import type { Layout } from '../../../vector/layout.ts'

/** The tensor of a name and, if the caller knows it, of a rank. */
export type Named = <T extends Tensor = Tensor>(name: string) => T

/** Parameters by the layout's names; throws RangeError for a name that is not there. */
export const namedBy = (layout: Layout): ((parameters: readonly Tensor[]) => Named) => {
  const places = new Map(layout.tensors.map(({ name }, place) => [name, place]))
  return (parameters) =>
    <T extends Tensor>(name: string): T => {
      const found = parameters[places.get(name) ?? -1]
      if (found === undefined) throw new RangeError(`the layout has no tensor ${name}`)
      return found as T
    }
}
