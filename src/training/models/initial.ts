import type { Random } from '../../random.ts'
import type { Layout } from '../../vector/layout.ts'
import { type Vector, zeros } from '../../vector/vector.ts'

/**
 * Kernels [..., in, out] normal with variance 2 / fan-in before a ReLU (He et al. 2015, eq. 10) and
 * 1 / fan-in in the output layer, the last; gains one, biases zero. Each tensor has a stream of its own.
 */
export const initialReplica = (layout: Layout, random: Random): Vector => {
  const vector = zeros(layout.length)
  for (const { name, offset, size } of layout.tensors) {
    if (name.endsWith('/gain')) vector.fill(1, offset, offset + size)
  }
  const kernels = layout.tensors.filter(({ shape }) => shape.length > 1)
  for (const { name, shape, offset, size } of kernels) {
    const gain = name === kernels.at(-1)?.name ? 1 : 2
    const fanIn = size / shape.at(-1)!
    const deviation = Math.sqrt(gain / fanIn)
    const stream = random.fork(name)
    for (let i = offset; i < offset + size; i++) vector[i] = deviation * stream.normal()
  }
  return vector
}
