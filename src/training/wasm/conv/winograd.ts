import type { Convolution, ConvolutionInit } from './convolution.ts'
import { type Images, imageAt, placeAt, planImages, shapeOf } from './images.ts'
import { APART, createKernelPlanes, PLANES } from './kernel-planes.ts'
import { PART, TILE } from './scratch.ts'
import {
  halvesOver,
  type Squares,
  squareMargin,
  squaresBack,
  squaresFit,
  squaresOver,
  squareWaste
} from './squares.ts'

const FLOAT = 4
const LANES = 8
/** Below, what the way to the planes and back costs is more than it saves. */
const LEAST_CHANNELS = 16
const MOST_WASTE = 2
/** Squares of a group: products and sums are the faster the more there are. */
const GROUP = 48
/** Elements that have sets of a cache of their own. */
const SETS = 1024

/** Whether Winograd's algorithm can be used, and pays. */
export const suitsWinograd = ({ window, x, z }: ConvolutionInit): boolean =>
  squaresFit(window) &&
  squareWaste(z) <= MOST_WASTE &&
  [x.channels, z.channels].every((channels) => channels >= LEAST_CHANNELS && channels % LANES === 0)

/**
 * Winograd's algorithm for 3 x 3 kernels (wasm/conv/winograd.ts), with a quarter of the products. Its
 * rounding errors are about four times those of the definition: 1e-6 of the largest element.
 */
export const createWinograd = (init: ConvolutionInit): Convolution => {
  const { machine, scratch, window, x, z, dx } = init
  const [ins, outs] = [x.channels, z.channels]
  const onward = squaresOver(z, window.before)
  const back = squaresBack(x, window)
  const squares = onward.rows * onward.columns
  const most = Math.max(squares, back.rows * back.columns)
  const group = Math.ceil(GROUP / most)
  const plane = Math.ceil((group * most * Math.max(ins, outs)) / SETS) * SETS + APART
  scratch.reserve(PART.tile, TILE)
  scratch.reserve(PART.images, PLANES * plane)
  scratch.reserve(PART.others, PLANES * plane)
  scratch.reserve(PART.halves, Math.max(halvesOver(onward), halvesOver(back)))
  const kernels = createKernelPlanes(init)
  const dz = planImages(machine, group, shapeOf(z), {
    top: back.before,
    left: back.before,
    bottom: squareMargin(z.height, Math.max(x.height, z.height), back.before),
    right: squareMargin(z.width, Math.max(x.width, z.width), back.before)
  })

  /** Planes of a group's images, in scratch. */
  const transform = (images: Images, over: Squares, first: number, count: number): void => {
    const { rows, columns, before } = over
    const size = FLOAT * rows * columns * images.channels
    for (let i = 0; i < count; i++) {
      machine.conv.winogradImage(
        rows,
        columns,
        images.channels,
        placeAt(images, first + i, -before, -before),
        images.down,
        scratch.at(PART.images) + i * size,
        plane,
        scratch.at(PART.halves)
      )
    }
  }

  /** Those planes times the kernel's, in scratch. */
  const multiply = (count: number, ins: number, outs: number): void =>
    machine.conv.winogradProducts(
      count,
      ins,
      outs,
      scratch.at(PART.images),
      plane,
      scratch.at(PART.kernel),
      kernels.plane,
      scratch.at(PART.others),
      scratch.at(PART.tile)
    )

  /** From the products to the places of a group's images. */
  const restore = (
    images: Images,
    over: Squares,
    first: number,
    count: number,
    add: 0 | 1
  ): void => {
    const size = FLOAT * over.rows * over.columns * images.channels
    for (let i = 0; i < count; i++) {
      machine.conv.winogradOutput(
        ...shapeOf(images),
        scratch.at(PART.others) + i * size,
        plane,
        imageAt(images, first + i),
        images.down,
        add,
        scratch.at(PART.halves)
      )
    }
  }

  /** Adds the part of a group, whose images are in scratch, to the sums for the kernel's gradient. */
  const sum = (count: number): void => {
    const { rows, columns } = onward
    const images = scratch.at(PART.images)
    const slopes = scratch.at(PART.others)
    for (let i = 0; i < count; i++) {
      const to = [slopes + FLOAT * i * squares * outs, plane, scratch.at(PART.halves)] as const
      machine.conv.winogradSlopes(rows, columns, outs, imageAt(dz, i), dz.down, ...to)
    }
    const to = [scratch.at(PART.sums), kernels.plane, scratch.at(PART.tile)] as const
    machine.conv.winogradSums(count * rows, columns, ins, outs, images, slopes, plane, ...to)
  }

  return {
    group,
    dz,
    beginForward: kernels.pack,
    forward: (first, count) => {
      transform(x, onward, first, count)
      multiply(count * squares, ins, outs)
      restore(z, onward, first, count, 0)
    },
    beginBackward: () => {
      kernels.clearSums()
      if (dx !== null) kernels.packTurned()
    },
    backward: (first, count) => {
      transform(x, onward, first, count)
      sum(count)
      if (dx === null) return
      transform(dz, back, 0, count)
      multiply(count * back.rows * back.columns, outs, ins)
      restore(dx.images, back, first, count, dx.add ? 1 : 0)
    },
    endBackward: kernels.sumUp
  }
}
