import type { Vector } from '../../../vector/vector.ts'
import { type CnnConfig, cnnShapes, cnnWindow } from '../../models/cnn-layout.ts'
import { inputMargin } from '../conv/convolution.ts'
import { type Images, imagesIn, planImages } from '../conv/images.ts'
import { createInput } from '../conv/input.ts'
import { createPoolLayer } from '../conv/pool-layer.ts'
import { Scratch } from '../conv/scratch.ts'
import { createDense, denseBackward, denseForward } from '../layers/dense.ts'
import type { CreateProgram } from '../program.ts'

/** Convolutions with pooling and ReLU, then dense layers. */
export const createCnnProgram: CreateProgram = (init) => {
  const { machine, model, examples } = init
  const config = model.config as CnnConfig
  const { convolutions, hidden } = config
  const shapes = cnnShapes(config, model.shape)
  const [rows, columns, channels] = shapes.at(-1)!
  const input = createInput(init, cnnWindow(convolutions[0]!))
  const flat = machine.matrix(examples, rows * columns * channels)
  const dense = createDense(init, flat, hidden.length + 1, true)
  const scratch = new Scratch(machine)

  /** What the convolutions leave, and its gradient; both flat behind the last. */
  const outputs = shapes.map((shape, i): Images => {
    const next = convolutions[i + 1]
    if (next === undefined) return imagesIn(flat, shape)
    return planImages(machine, examples, shape, inputMargin(shape, cnnWindow(next)))
  })
  const slopes = shapes.map((shape, i): Images => {
    const last = i === shapes.length - 1
    return last ? imagesIn(dense[0]!.dx!, shape) : planImages(machine, examples, shape)
  })
  const layers = convolutions.map((convolution, i) =>
    createPoolLayer(init, `conv${i}`, convolution, scratch, {
      x: outputs[i - 1] ?? input.images,
      h: outputs[i]!,
      d: slopes[i]!,
      dx: slopes[i - 1] ?? null
    })
  )
  scratch.plan()

  return {
    logits: dense.at(-1)!.h,
    forward: (x) => {
      const images = input.place(x as Vector)
      for (const layer of layers) layer.forward(images)
      denseForward(machine, dense)
    },
    backward: () => {
      denseBackward(machine, dense)
      for (const layer of layers.toReversed()) layer.backward(examples)
    }
  }
}
