import type { Convolution, ConvolutionInit } from './convolution.ts'
import { imageAt, placeAt, planImages, shapeOf } from './images.ts'
import { createInputGradient, slopeMargin } from './input-gradient.ts'
import { PART, TILE } from './scratch.ts'

const LANES = 8

/** As the definition has it. */
export const createDirect = (init: ConvolutionInit): Convolution => {
  const { machine, scratch, window, kernel, dKernel, x, z, dx } = init
  const { side, stride, before } = window
  const { rows: taps, columns: channels } = kernel
  scratch.reserve(PART.tile, TILE)
  const packed = machine.matrix(Math.ceil(channels / LANES), taps * LANES)
  const dz = planImages(machine, 1, shapeOf(z), dx === null ? undefined : slopeMargin(x, window, z))
  const below = dx === null ? null : createInputGradient(init, dz, dx)
  const places = [z.height, z.width] as const
  const sees = [stride * x.down, stride * x.channels, side, side * x.channels, x.down] as const
  return {
    group: 1,
    dz,
    beginForward: () => machine.conv.packKernel(taps, channels, kernel.at, packed.at),
    forward: (image) => {
      const from = placeAt(x, image, -before, -before)
      const to = [packed.at, channels, imageAt(z, image), 0] as const
      machine.conv.convolve(...places, from, ...sees, ...to, scratch.at(PART.tile))
    },
    beginBackward: () => {
      machine.values(dKernel).fill(0)
      below?.begin()
    },
    backward: (image) => {
      const from = placeAt(x, image, -before, -before)
      const to = [imageAt(dz, 0), dz.down, channels, dKernel.at] as const
      machine.conv.filterGradient(...places, from, ...sees, ...to, scratch.at(PART.tile))
      below?.backward(image)
    },
    endBackward: () => {}
  }
}
