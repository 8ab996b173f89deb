/** The residual network's sides and parameters, without any backend. */
import { InvalidInputError } from '../../errors.ts'
import { type Layout, layoutOf, type TensorSpec } from '../../vector/layout.ts'
import type { ModelSides } from './model.ts'
import type { Window } from './window.ts'

/** One block of two convolutions and what is added to their result. */
export interface ResidualBlock {
  readonly name: string
  /** Channels that come in, and that go out. */
  readonly maps: number
  readonly channels: number
  /** Of the first convolution; the second's is 1. */
  readonly stride: number
}

const STAGES = [16, 32, 64] as const
/** Of each stage: n = 3 gives 6 n + 2 = 20 layers. */
const BLOCKS = 3
const KERNEL = 3
/** Side of an image that two halvings bring to one place. */
const LEAST = 4

/** Channels behind the first convolution, and those that are averaged at the end. */
export const FIRST_CHANNELS = STAGES[0]
export const LAST_CHANNELS = STAGES[2]

/** He et al. 2016, section 4.2. */
export const RESIDUAL_BLOCKS: readonly ResidualBlock[] = STAGES.flatMap((channels, stage) =>
  Array.from({ length: BLOCKS }, (_, i) => {
    const changes = stage > 0 && i === 0
    return {
      name: `stage${stage}/block${i}`,
      maps: changes ? STAGES[stage - 1]! : channels,
      channels,
      stride: changes ? 2 : 1
    }
  })
)

/** Of all convolutions: its middle stands on every pixel, or on every other. */
export const residualWindow = (stride: number): Window => ({
  side: KERNEL,
  stride,
  before: 1,
  after: 1
})

const convolution = (name: string, maps: number, channels: number): TensorSpec => ({
  name: `${name}/kernel`,
  shape: [KERNEL, KERNEL, maps, channels]
})

const checkSides = ([height, width]: ModelSides['shape']): void => {
  if (Math.min(height, width) >= LEAST) return
  const rule = `resnet20 needs rows of at least ${LEAST} x ${LEAST}, those of the dataset are ${height} x ${width}`
  const remedy = 'take a dataset of images, or the model mlp'
  throw new InvalidInputError([{ path: 'model.name', rule, remedy }])
}

const norm = (name: string, channels: number): TensorSpec[] => [
  { name: `${name}/gain`, shape: [channels] },
  { name: `${name}/bias`, shape: [channels] }
]

/**
 * conv/kernel [rows, columns, in, out], norm/gain [out], norm/bias, stage0/block0/conv0/kernel,
 * stage0/block0/norm0/..., stage0/block0/conv1/..., ..., dense/kernel [in, out], dense/bias.
 *
 * @throws InvalidInputError where the images are too small.
 */
export const resnet20Layout = ({ shape, classes }: ModelSides): Layout => {
  checkSides(shape)
  return layoutOf([
    convolution('conv', shape[2], FIRST_CHANNELS),
    ...norm('norm', FIRST_CHANNELS),
    ...RESIDUAL_BLOCKS.flatMap(({ name, maps, channels }) => [
      convolution(`${name}/conv0`, maps, channels),
      ...norm(`${name}/norm0`, channels),
      convolution(`${name}/conv1`, channels, channels),
      ...norm(`${name}/norm1`, channels)
    ]),
    { name: 'dense/kernel', shape: [LAST_CHANNELS, classes] },
    { name: 'dense/bias', shape: [classes] }
  ])
}
