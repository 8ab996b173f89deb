import type { Layout } from '../../vector/layout.ts'
import type { Matrix } from './matrix.ts'
import type { Tensors } from './program.ts'

const FLOAT = 4

/** A layout's tensors, once its flat vector lies in `vector`. */
export const tensorsIn = ({ at }: Matrix, layout: Layout): Tensors => {
  const slots = new Map(layout.tensors.map((slot) => [slot.name, slot]))
  return {
    at: (name) => {
      const slot = slots.get(name)
      if (slot === undefined) throw new RangeError(`the layout has no tensor ${name}`)
      const columns = slot.shape.at(-1)!
      return { at: at + FLOAT * slot.offset, rows: slot.size / columns, columns, stride: columns }
    }
  }
}
