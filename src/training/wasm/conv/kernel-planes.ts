import type { ConvolutionInit } from './convolution.ts'
import { PART } from './scratch.ts'
import { SEEN } from './squares.ts'

const FLOAT = 4
/** Numbers that are multiplied for a square. */
export const PLANES = SEEN ** 2
/** Elements between planes, so that they do not all begin in the same set of a cache. */
export const APART = 80
/** Half transformed, of four channels. */
const HALVES = 4 * PLANES

/** A kernel in scratch, as Winograd's algorithm multiplies by it, and sums for its gradient. */
export interface KernelPlanes {
  /** Elements from one plane to the next. */
  readonly plane: number
  pack(): void
  /** Turned by half a circle, in and out exchanged: what dz is convolved with. */
  packTurned(): void
  clearSums(): void
  /** Makes the kernel's gradient of the sums. */
  sumUp(): void
}

export const createKernelPlanes = (init: ConvolutionInit): KernelPlanes => {
  const { machine, scratch, kernel, dKernel, x, z } = init
  const [ins, outs] = [x.channels, z.channels]
  const size = ins * outs
  const plane = size + APART
  scratch.reserve(PART.images, PLANES * plane)
  scratch.reserve(PART.kernel, PLANES * plane)
  scratch.reserve(PART.sums, PLANES * plane)
  scratch.reserve(PART.halves, HALVES)
  const planeAt = (part: number, index: number): number => scratch.at(part) + FLOAT * index * plane
  /** Not packed yet, where the images will be. */
  const transform = (turn: 0 | 1): void => {
    const to = scratch.at(PART.images)
    machine.conv.winogradKernel(size, kernel.at, turn, to, plane, scratch.at(PART.halves))
  }
  return {
    plane,
    pack: () => {
      transform(0)
      for (let i = 0; i < PLANES; i++) {
        machine.conv.packKernel(ins, outs, planeAt(PART.images, i), planeAt(PART.kernel, i))
      }
    },
    packTurned: () => {
      transform(1)
      for (let i = 0; i < PLANES; i++) {
        const [from, to] = [planeAt(PART.images, i), planeAt(PART.kernel, i)]
        machine.conv.packTurned(1, ins, outs, from, 0, 0, 1, to)
      }
    },
    clearSums: () => {
      const columns = PLANES * plane
      machine.values({ at: scratch.at(PART.sums), rows: 1, columns, stride: columns }).fill(0)
    },
    sumUp: () => {
      const [from, halves] = [scratch.at(PART.sums), scratch.at(PART.halves)]
      machine.conv.winogradKernelGradient(size, from, plane, dKernel.at, halves)
    }
  }
}
