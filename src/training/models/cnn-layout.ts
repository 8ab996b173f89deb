/** The convolutional model's sides and parameters, without any backend. */
import { InvalidInputError } from '../../errors.ts'
import type { ModelConfig } from '../../swarm/recipe.ts'
import { type Layout, layoutOf } from '../../vector/layout.ts'
import type { ModelSides } from './model.ts'
import { placesAlong, type Window } from './window.ts'

export type CnnConfig = Extract<ModelConfig, { name: 'cnn' }>
type Shape = ModelSides['shape']

/** Side of the windows that pooling takes the maxima of; they lie side by side. */
export const POOL = 2

/** `same` keeps the image's sides; of an even kernel, the zero too many is below and right (TensorFlow). */
export const cnnWindow = ({ kernel, padding }: CnnConfig['convolutions'][number]): Window => {
  const zeros = padding === 'same' ? kernel - 1 : 0
  const before = Math.floor(zeros / 2)
  return { side: kernel, stride: 1, before, after: zeros - before }
}

/** Smallest side of an image of which something is left behind all convolutions and poolings. */
const leastSide = (convolutions: CnnConfig['convolutions']): number =>
  convolutions.reduceRight((left, convolution) => {
    const { side, before, after } = cnnWindow(convolution)
    return POOL * left + side - 1 - before - after
  }, 1)

/**
 * What each convolution with its pooling leaves. // [height, width, channels]
 *
 * @throws InvalidInputError where nothing is left of an image.
 */
export const cnnShapes = ({ convolutions }: CnnConfig, [height, width]: Shape): Shape[] => {
  const least = leastSide(convolutions)
  if (Math.min(height, width) < least) {
    const rule = `cnn needs rows of at least ${least} x ${least}, those of the dataset are ${height} x ${width}`
    const remedy =
      'take a dataset of larger images, fewer or smaller convolutions, or the model mlp'
    throw new InvalidInputError([{ path: 'model.name', rule, remedy }])
  }
  const shapes: Shape[] = []
  for (const convolution of convolutions) {
    const [above, left] = shapes.at(-1) ?? [height, width]
    const behind = (side: number): number =>
      Math.floor(placesAlong(side, cnnWindow(convolution)) / POOL)
    shapes.push([behind(above), behind(left), convolution.channels])
  }
  return shapes
}

/** conv0/kernel [rows, columns, in, out], conv0/bias [out], conv1/..., dense0/kernel [in, out], ... */
export const cnnLayout = (config: CnnConfig, { shape, classes }: ModelSides): Layout => {
  const shapes = cnnShapes(config, shape)
  const maps = [shape[2], ...shapes.map(([, , channels]) => channels)]
  const flat = shapes.at(-1)!.reduce((product, side) => product * side, 1)
  const widths = [flat, ...config.hidden, classes]
  return layoutOf([
    ...config.convolutions.flatMap(({ channels, kernel }, layer) => [
      { name: `conv${layer}/kernel`, shape: [kernel, kernel, maps[layer]!, channels] },
      { name: `conv${layer}/bias`, shape: [channels] }
    ]),
    ...widths.slice(1).flatMap((out, layer) => [
      { name: `dense${layer}/kernel`, shape: [widths[layer]!, out] },
      { name: `dense${layer}/bias`, shape: [out] }
    ])
  ])
}
