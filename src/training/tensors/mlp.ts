import type { Model, ModelSides } from '../model.ts'
import { initialReplica } from '../models/initial.ts'
import { type MlpConfig, mlpLayout } from '../models/mlp-layout.ts'
import { denseBackward, denseForward } from './dense.ts'

/** A multilayer perceptron: dense layers with ReLU between them. */
export const createMlp = (config: MlpConfig, sides: ModelSides): Model => {
  const layout = mlpLayout(config, sides)
  return {
    ...sides,
    layout,
    initial: (random) => initialReplica(layout, random),
    logits: (parameters, x) => denseForward(parameters, x).at(-1)!,
    gradients: (parameters, x, dLogitsOf) => {
      const h = denseForward(parameters, x)
      return denseBackward(parameters, h, dLogitsOf(h.at(-1)!)).gradients
    }
  }
}
