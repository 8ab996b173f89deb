import type { Matrix } from '../matrix.ts'
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

/** A kernel, as Winograd's algorithm multiplies by it. */
export interface KernelPlanes {
  pack(): void
  /** Turned by half a circle, in and out exchanged: what dz is convolved with. */
  packTurned(): void
  /** Elements from one plane to the next. */
  readonly plane: number
  readonly packed: Matrix
  readonly turned: Matrix
  /** For the kernel's gradient. // planes of [in, out] */
  readonly sums: Matrix
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
  scratch.reserve(PART.halves, HALVES)
  const packed = machine.matrix(PLANES, plane)
  const turned = machine.matrix(PLANES, plane)
  const sums = machine.matrix(PLANES, plane)
  const planeAt = (base: number, index: number): number => base + FLOAT * index * plane
  const rawAt = (index: number): number => planeAt(scratch.at(PART.images), index)
  const transform = (turn: 0 | 1): void =>
    machine.conv.winogradKernel(size, kernel.at, turn, rawAt(0), plane, scratch.at(PART.halves))
  return {
    pack: () => {
      transform(0)
      for (let i = 0; i < PLANES; i++) {
        machine.conv.packKernel(ins, outs, rawAt(i), planeAt(packed.at, i))
      }
    },
    packTurned: () => {
      transform(1)
      for (let i = 0; i < PLANES; i++) {
        machine.conv.packTurned(1, ins, outs, rawAt(i), 0, 0, 1, planeAt(turned.at, i))
      }
    },
    plane,
    packed,
    turned,
    sums,
    clearSums: () => machine.values(sums).fill(0),
    sumUp: () => {
      const halves = scratch.at(PART.halves)
      machine.conv.winogradKernelGradient(size, sums.at, plane, dKernel.at, halves)
    }
  }
}
