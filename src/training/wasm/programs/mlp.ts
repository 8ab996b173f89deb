import type { Vector } from '../../../vector/vector.ts'
import { createDense, denseBackward, denseForward } from '../layers/dense.ts'
import type { CreateProgram } from '../program.ts'

/** A multilayer perceptron: dense layers with ReLU between them. */
export const createMlpProgram: CreateProgram = (init) => {
  const { machine, model, examples } = init
  const x = machine.matrix(examples, model.features)
  const layers = createDense(init, x, model.layout.tensors.length / 2)
  return {
    logits: layers.at(-1)!.h,
    forward: (rows) => {
      machine.values(x).set(rows as Vector)
      denseForward(machine, layers)
    },
    backward: () => denseBackward(machine, layers)
  }
}
