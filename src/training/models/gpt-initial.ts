import type { Random } from '../../random.ts'
import type { Layout } from '../../vector/layout.ts'
import { type Vector, zeros } from '../../vector/vector.ts'

/** GPT-2's (Radford et al. 2019), for what reads or writes characters. */
const ENDS = 0.02
/** Kernels inside a layer: half of what keeps the size of what passes, 1 / sqrt(width), at a width of 64. */
const INSIDE = 0.06

/**
 * Of an element of a kernel. What is added to the residual stream is smaller the more layers add
 * to it: 0.02 / sqrt(2 layers) (Radford et al. 2019, section 2.3).
 */
const deviationOf = (name: string, layers: number): number => {
  if (/\/(projection|dense1)\/kernel$/.test(name)) return ENDS / Math.sqrt(2 * layers)
  return name.startsWith('block') ? INSIDE : ENDS
}

/** Kernels normal, gains one, biases zero. Each kernel has a stream of its own. */
export const gptInitial = (layout: Layout, layers: number, random: Random): Vector => {
  const vector = zeros(layout.length)
  for (const { name, shape, offset, size } of layout.tensors) {
    if (name.endsWith('/gain')) vector.fill(1, offset, offset + size)
    if (shape.length === 1) continue
    const deviation = deviationOf(name, layers)
    const stream = random.fork(name)
    for (let i = offset; i < offset + size; i++) vector[i] = deviation * stream.normal()
  }
  return vector
}
