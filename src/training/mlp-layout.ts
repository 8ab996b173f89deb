/** The multilayer perceptron's parameters, without tfjs: for whoever counts or averages them. */
import type { Random } from '../random.ts'
import type { ModelConfig } from '../swarm/recipe.ts'
import { type Layout, layoutOf } from '../vector/layout.ts'
import { type Vector, zeros } from '../vector/vector.ts'
import type { ModelSides } from './model.ts'

export type MlpConfig = Extract<ModelConfig, { name: 'mlp' }>

/** dense0/kernel [in, out], dense0/bias [out], dense1/kernel, ... */
export const mlpLayout = ({ hidden }: MlpConfig, { features, classes }: ModelSides): Layout => {
  const outputs = [...hidden, classes]
  return layoutOf(
    outputs.flatMap((width, layer) => [
      { name: `dense${layer}/kernel`, shape: [outputs[layer - 1] ?? features, width] },
      { name: `dense${layer}/bias`, shape: [width] }
    ])
  )
}

/**
 * Kernels normal with variance 2 / fan-in before a ReLU (He et al. 2015, eq. 10) and 1 / fan-in in
 * the output layer, biases zero. Each tensor has a stream of its own.
 */
export const mlpInitial = (layout: Layout, random: Random): Vector => {
  const vector = zeros(layout.length)
  const kernels = layout.tensors.filter(({ shape }) => shape.length === 2)
  for (const { name, shape, offset, size } of kernels) {
    const gain = name === kernels.at(-1)?.name ? 1 : 2
    const deviation = Math.sqrt(gain / shape[0]!)
    const stream = random.fork(name)
    for (let i = offset; i < offset + size; i++) vector[i] = deviation * stream.normal()
  }
  return vector
}
