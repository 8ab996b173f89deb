/** The convolutional model's sides and parameters, without tfjs: for whoever counts or averages them. */
import { InvalidInputError } from '../../errors.ts'
import { type Layout, layoutOf } from '../../vector/layout.ts'
import type { ModelSides } from '../model.ts'

/**
 * LeNet-5 (LeCun et al. 1998, fig. 2) as it is built today: max pooling and ReLU, and every map of
 * the first convolution goes into every map of the second.
 */
const FILTER = 5
/** Side of the windows that pooling takes the maxima of; they lie side by side. */
export const POOL = 2
const MAPS = [6, 16] as const
const HIDDEN = [120, 84] as const

/** Around the first convolution, which keeps the image's sides, and the second, which does not. */
export const PADDINGS = ['same', 'valid'] as const

/** What is left of one side of the image behind both convolutions and poolings. */
const left = (side: number): number => Math.floor((Math.floor(side / POOL) - FILTER + 1) / POOL)
const SMALLEST_SIDE = POOL * (FILTER - 1 + POOL)

const refuse = (height: number, width: number): never => {
  const least = `${SMALLEST_SIDE} x ${SMALLEST_SIDE}`
  const rule = `cnn needs rows of at least ${least}, those of the dataset are ${height} x ${width}`
  const remedy = 'take a dataset of larger images, or the model mlp'
  throw new InvalidInputError([{ path: 'model.name', rule, remedy }])
}

/** conv0/kernel [rows, columns, in, out], conv0/bias [out], conv1/..., dense0/kernel [in, out], ... */
export const cnnLayout = ({ shape, classes }: ModelSides): Layout => {
  const [height, width, channels] = shape
  if (Math.min(height, width) < SMALLEST_SIDE) return refuse(height, width)
  const maps = [channels, ...MAPS]
  const widths = [left(height) * left(width) * MAPS[1], ...HIDDEN, classes]
  return layoutOf([
    ...MAPS.flatMap((out, layer) => [
      { name: `conv${layer}/kernel`, shape: [FILTER, FILTER, maps[layer]!, out] },
      { name: `conv${layer}/bias`, shape: [out] }
    ]),
    ...widths.slice(1).flatMap((out, layer) => [
      { name: `dense${layer}/kernel`, shape: [widths[layer]!, out] },
      { name: `dense${layer}/bias`, shape: [out] }
    ])
  ])
}
