import { type ResidualBlock, residualWindow } from '../../models/resnet20-layout.ts'
import type { ProgramInit } from '../program.ts'
import { inputMargin } from './convolution.ts'
import { type Images, planImages, shapeOf } from './images.ts'
import type { Layer } from './layer.ts'
import { createNormLayer } from './norm-layer.ts'
import type { Scratch } from './scratch.ts'
import { shortcutBackward } from './shortcut.ts'

/** What a block lies between. */
export interface BlockBetween {
  /** With the margin that the first convolution needs. */
  readonly x: Images
  readonly h: Images
  /** Gradients of h and of x, without margin; the same place where the block keeps the shape. */
  readonly d: Images
  readonly dx: Images
  /** Room for the gradient between the convolutions; as d. */
  readonly dMiddle: Images
}

/** h = relu(norm(relu(norm(x * kernel0)) * kernel1) + shortcut of x) (He et al. 2016, fig. 2). */
export const createResidualLayer = (
  init: ProgramInit,
  scratch: Scratch,
  { name, stride }: ResidualBlock,
  groups: number,
  { x, h, d, dx, dMiddle }: BlockBetween
): Layer => {
  const { machine, examples } = init
  const shape = shapeOf(h)
  const middle = planImages(machine, examples, shape, inputMargin(shape, residualWindow(1)))
  const first = createNormLayer(init, scratch, {
    convolution: `${name}/conv0`,
    norm: `${name}/norm0`,
    window: residualWindow(stride),
    groups,
    x,
    shortcut: null,
    h: middle,
    d: dMiddle,
    dx: { images: dx, add: true }
  })
  const second = createNormLayer(init, scratch, {
    convolution: `${name}/conv1`,
    norm: `${name}/norm1`,
    window: residualWindow(1),
    groups,
    x: middle,
    shortcut: { x, stride },
    h,
    d,
    dx: { images: dMiddle, add: false }
  })
  /** Gradient of x that comes through the shortcut alone. */
  const pastBackward = (images: number): void => {
    const columns = images * dx.next
    machine.values({ at: dx.at, rows: 1, columns, stride: columns }).fill(0)
    for (let image = 0; image < images; image++) {
      shortcutBackward(machine, stride, d, dx, image)
    }
  }
  return {
    forward: (images) => {
      first.forward(images)
      second.forward(images)
    },
    backward: (images) => {
      second.backward(images)
      if (d !== dx) pastBackward(images)
      first.backward(images)
    }
  }
}
