import type { ModelConfig } from '../../../swarm/recipe.ts'
import type { Vector } from '../../../vector/vector.ts'
import {
  FIRST_CHANNELS,
  LAST_CHANNELS,
  RESIDUAL_BLOCKS,
  residualWindow
} from '../../models/resnet20-layout.ts'
import { placesAlong } from '../../models/window.ts'
import { createAverageLayer } from '../conv/average-layer.ts'
import { inputMargin } from '../conv/convolution.ts'
import { type Images, imagesIn, planImages, type Shape } from '../conv/images.ts'
import { createInput } from '../conv/input.ts'
import { createNormLayer } from '../conv/norm-layer.ts'
import { createResidualLayer } from '../conv/residual-layer.ts'
import { Scratch } from '../conv/scratch.ts'
import type { CreateProgram } from '../program.ts'

type Config = Extract<ModelConfig, { name: 'resnet20' }>

/** Behind the first convolution and behind every block. */
const shapesBehind = ([height, width]: Shape): Shape[] => {
  const shapes: Shape[] = [[height, width, FIRST_CHANNELS]]
  for (const { channels, stride } of RESIDUAL_BLOCKS) {
    const [above, left] = shapes.at(-1)!
    const window = residualWindow(stride)
    shapes.push([placesAlong(above, window), placesAlong(left, window), channels])
  }
  return shapes
}

/** A convolution, residual blocks, the mean over all places, a dense layer. */
export const createResnet20Program: CreateProgram = (init) => {
  const { machine, model, examples, parameters, gradients } = init
  const { groups } = model.config as Config
  const input = createInput(init, residualWindow(1))
  const scratch = new Scratch(machine)
  const shapes = shapesBehind(model.shape)
  const outputs = shapes.map((shape, i): Images => {
    const next = RESIDUAL_BLOCKS[i]
    const margin = next && inputMargin(shape, residualWindow(next.stride))
    return planImages(machine, examples, shape, margin)
  })
  /** For their gradients: one place for all between which the shape stays. */
  const planSlopes = (): Images[] => {
    const slopes: Images[] = []
    shapes.forEach((shape, i) => {
      const kept = i > 0 && RESIDUAL_BLOCKS[i - 1]!.stride === 1
      slopes.push(kept ? slopes.at(-1)! : planImages(machine, examples, shape))
    })
    return slopes
  }
  const [slopes, middles] = [planSlopes(), planSlopes()]
  const first = createNormLayer(init, scratch, {
    convolution: 'conv',
    norm: 'norm',
    window: residualWindow(1),
    groups,
    x: input.images,
    shortcut: null,
    h: outputs[0]!,
    d: slopes[0]!,
    dx: null
  })
  const blocks = RESIDUAL_BLOCKS.map((block, i) =>
    createResidualLayer(init, scratch, block, groups, {
      x: outputs[i]!,
      h: outputs[i + 1]!,
      d: slopes[i + 1]!,
      dx: slopes[i]!,
      dMiddle: middles[i + 1]!
    })
  )
  const means = machine.matrix(examples, LAST_CHANNELS)
  const dMeans = machine.matrix(examples, LAST_CHANNELS)
  const average = createAverageLayer(init, {
    x: outputs.at(-1)!,
    h: imagesIn(means, [1, 1, LAST_CHANNELS]),
    d: imagesIn(dMeans, [1, 1, LAST_CHANNELS]),
    dx: slopes.at(-1)!
  })
  const layers = [first, ...blocks, average]
  scratch.plan()
  const logits = machine.matrix(examples, model.classes)
  const kernel = parameters.at('dense/kernel')

  return {
    logits,
    forward: (x) => {
      const images = input.place(x as Vector)
      for (const layer of layers) layer.forward(images)
      machine.algebra.multiplyOnto(parameters.at('dense/bias'), means, kernel, logits)
    },
    backward: () => {
      const { rows, columns, at } = logits
      machine.kernels.sumRows(rows, columns, at, gradients.at('dense/bias').at)
      machine.algebra.multiplyTurned(means, logits, gradients.at('dense/kernel'))
      machine.algebra.multiplyByTurned(logits, kernel, dMeans)
      for (const layer of layers.toReversed()) layer.backward(examples)
    }
  }
}
