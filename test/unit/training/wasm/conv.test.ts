import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import { inputMargin } from '../../../../src/training/wasm/conv/convolution.ts'
import { createConvolution } from '../../../../src/training/wasm/conv/create-convolution.ts'
import { planImages } from '../../../../src/training/wasm/conv/images.ts'
import { Scratch } from '../../../../src/training/wasm/conv/scratch.ts'
import { Machine } from '../../../../src/training/wasm/machine.ts'
import { difference, uniform } from '../helpers.ts'
import { type Case, convolved, convolvedBackward, outputSides, type Slide } from './conv-oracle.ts'
import { readImage, writeImage } from './images.ts'

/** Sums of a few hundred float32 products in another order. */
const TOLERANCE = 1e-5

const slide = (side: number, stride: number, before: number, after = before): Slide => ({
  side,
  stride,
  before,
  after
})

const CASES: readonly Case[] = [
  { height: 7, width: 9, channels: 1, out: 6, slide: slide(5, 1, 2) },
  { height: 12, width: 11, channels: 6, out: 16, slide: slide(5, 1, 0) },
  { height: 9, width: 5, channels: 3, out: 16, slide: slide(3, 1, 1) },
  { height: 8, width: 8, channels: 16, out: 5, slide: slide(3, 1, 1) },
  { height: 5, width: 7, channels: 5, out: 3, slide: slide(3, 1, 0) },
  { height: 3, width: 3, channels: 3, out: 1, slide: slide(3, 1, 0) },
  { height: 6, width: 7, channels: 3, out: 10, slide: slide(1, 1, 0) },
  { height: 6, width: 5, channels: 4, out: 8, slide: slide(2, 1, 0, 1) },
  { height: 9, width: 8, channels: 16, out: 32, slide: slide(3, 2, 1) },
  { height: 8, width: 6, channels: 3, out: 5, slide: slide(3, 2, 0, 1) },
  { height: 7, width: 11, channels: 5, out: 16, slide: slide(5, 2, 2) },
  { height: 7, width: 6, channels: 4, out: 12, slide: slide(1, 2, 0) },
  { height: 10, width: 10, channels: 2, out: 3, slide: slide(5, 3, 0) },
  { height: 1, width: 2, channels: 1, out: 1, slide: slide(3, 2, 1) },
  // By Winograd's algorithm.
  { height: 6, width: 4, channels: 16, out: 16, slide: slide(3, 1, 1) },
  { height: 2, width: 2, channels: 24, out: 16, slide: slide(3, 1, 1) },
  { height: 18, width: 15, channels: 16, out: 32, slide: slide(3, 1, 1) },
  { height: 9, width: 10, channels: 16, out: 24, slide: slide(3, 1, 0) },
  { height: 8, width: 7, channels: 24, out: 16, slide: slide(3, 1, 2) }
]

for (const of of CASES) {
  for (const examples of [1, 3]) {
    for (const add of [false, true]) {
      const { height, width, channels, out, slide: window } = of
      const way = `${add ? 'adding' : 'writing'} dx, batch ${examples}`
      const size = `${height}x${width}x${channels} to ${out}, ${JSON.stringify(window)}`
      test(`a convolution should be that of the definition: ${size}, ${way}`, (t) => {
        const machine = new Machine()
        const places = outputSides(of)
        const shape = [height, width, channels] as const
        const shapeOut = [places.height, places.width, out] as const
        const kernel = machine.matrix(window.side ** 2 * channels, out)
        const dKernel = machine.matrix(kernel.rows, out)
        const x = planImages(machine, examples, shape, inputMargin(shape, window))
        const dx = planImages(machine, examples, shape)
        const z = planImages(machine, examples, shapeOut)
        const scratch = new Scratch(machine)
        const convolution = createConvolution({
          machine,
          scratch,
          window,
          kernel,
          dKernel,
          x,
          z,
          dx: { images: dx, add }
        })
        scratch.plan()
        machine.commit()

        const random = seeded(1)
        const kernels = uniform(random, kernel.rows * out)
        machine.values(kernel).set(kernels)
        machine.values(dKernel).fill(7)
        const drawn = (sides: readonly number[]): Float32Array[] =>
          Array.from({ length: examples }, () =>
            uniform(
              random,
              sides.reduce((a, b) => a * b)
            )
          )
        const [xs, dzs, starts] = [drawn(shape), drawn(shapeOut), drawn(shape)] as const
        for (let image = 0; image < examples; image++) {
          writeImage(machine, x, image, xs[image]!)
          writeImage(machine, dx, image, starts[image]!)
        }
        const groups: (readonly [first: number, count: number])[] = []
        for (let first = 0; first < examples; first += convolution.group) {
          groups.push([first, Math.min(convolution.group, examples - first)])
        }
        // Twice: the kernel's gradient is that of the last pass, dx that of both where it is added.
        for (let pass = 0; pass < 2; pass++) {
          convolution.beginForward()
          for (const [first, count] of groups) convolution.forward(first, count)
          convolution.beginBackward()
          for (const [first, count] of groups) {
            for (let i = 0; i < count; i++) writeImage(machine, convolution.dz, i, dzs[first + i]!)
            convolution.backward(first, count)
          }
          convolution.endBackward()
        }

        const expected = new Float64Array(kernels.length)
        for (let image = 0; image < examples; image++) {
          t.true(
            difference(readImage(machine, z, image), convolved(of, xs[image]!, kernels)) < TOLERANCE
          )
          const slopes = convolvedBackward(of, xs[image]!, kernels, dzs[image]!)
          slopes.dKernel.forEach((value, i) => {
            expected[i]! += value
          })
          const start = starts[image]!
          const want = slopes.dx.map((value, i) => (add ? start[i]! + 2 * value : value))
          t.true(difference(readImage(machine, dx, image), want) < TOLERANCE, `dx of ${image}`)
        }
        t.true(difference(machine.values(dKernel), expected) < TOLERANCE)
      })
    }
  }
}
