/** The multilayer perceptron's parameters, without tfjs: for whoever counts or averages them. */
import type { ModelConfig } from '../../swarm/recipe.ts'
import { type Layout, layoutOf } from '../../vector/layout.ts'
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
