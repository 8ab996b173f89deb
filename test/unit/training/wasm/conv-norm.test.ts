import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import { imageAt, planImages } from '../../../../src/training/wasm/conv/images.ts'
import { Machine } from '../../../../src/training/wasm/machine.ts'
import { centralDifferences, difference, uniform } from '../helpers.ts'
import { groupNormed } from './conv-oracle.ts'
import { readImage, writeImage } from './images.ts'

const MARGIN = { top: 1, left: 2, bottom: 2, right: 1 }

interface Case {
  readonly sides: readonly [height: number, width: number, channels: number]
  readonly groups: number
  /** Stride and channels of what is added; 0 channels: nothing. */
  readonly shortcut: readonly [stride: number, channels: number]
}

const CASES: readonly Case[] = [
  { sides: [3, 4, 16], groups: 8, shortcut: [1, 16] },
  { sides: [5, 2, 12], groups: 3, shortcut: [1, 0] },
  { sides: [3, 3, 8], groups: 1, shortcut: [2, 4] },
  { sides: [2, 7, 64], groups: 16, shortcut: [2, 32] },
  { sides: [1, 37, 4], groups: 4, shortcut: [1, 0] },
  { sides: [1, 1, 16], groups: 4, shortcut: [1, 16] }
]

/** What the shortcut adds at every place and channel. // as the image */
const added = ({ sides, shortcut }: Case, x: Float32Array): Float64Array => {
  const [height, width, channels] = sides
  const [stride, maps] = shortcut
  return Float64Array.from({ length: height * width * channels }, (_, i) => {
    const channel = i % channels
    const place = Math.floor(i / channels)
    const row = stride * Math.floor(place / width)
    const column = stride * (place % width)
    return channel < maps ? x[(row * stride * width + column) * maps + channel]! : 0
  })
}

for (const of of CASES) {
  const { sides, groups, shortcut } = of
  test(`should normalise groups and differentiate that: ${JSON.stringify(of)}`, (t) => {
    const [height, width, channels] = sides
    const [stride, maps] = shortcut
    const machine = new Machine()
    const z = planImages(machine, 1, sides)
    const h = planImages(machine, 1, sides, MARGIN)
    const d = planImages(machine, 1, sides)
    const dz = planImages(machine, 1, sides, MARGIN)
    const x = planImages(machine, 1, [stride * height, stride * width, Math.max(maps, 4)], MARGIN)
    const row = () => machine.matrix(1, channels)
    const [mean, inverse, gain, bias, dGain, dBias] = [row(), row(), row(), row(), row(), row()]
    const sums = machine.matrix(2, channels)
    machine.commit()

    const random = seeded(3)
    const length = height * width * channels
    // Far from zero, as group means may be.
    const zs = writeImage(
      machine,
      z,
      0,
      uniform(random, length).map((value) => value + 3)
    )
    const xs = writeImage(machine, x, 0, uniform(random, x.height * x.width * x.channels))
    const ds = writeImage(machine, d, 0, uniform(random, length))
    const [gains, biases] = [uniform(random, channels), uniform(random, channels)]
    machine.values(gain).set(gains)
    machine.values(bias).set(biases)

    const { conv } = machine
    const moments = [imageAt(z, 0), mean.at, inverse.at] as const
    const past = [imageAt(x, 0), stride * x.down, stride * x.channels, maps] as const
    conv.groupMoments(height * width, channels, groups, ...moments)
    conv.normalise(...sides, ...moments, gain.at, bias.at, ...past, imageAt(h, 0), h.down)
    conv.normaliseSums(...sides, ...moments, imageAt(h, 0), h.down, imageAt(d, 0), sums.at)
    const slopes = [sums.at, imageAt(d, 0), imageAt(dz, 0), dz.down, dGain.at, dBias.at] as const
    conv.normaliseGradient(...sides, groups, ...moments, gain.at, ...slopes)

    const shift = added(of, xs)
    const expected = groupNormed(zs, [gains, biases, shift], groups)
    t.true(difference(readImage(machine, h, 0), expected) < 2e-6)
    const masked = Float64Array.from(ds, (value, i) => (expected[i]! > 0 ? value : 0))
    t.true(difference(readImage(machine, d, 0), masked) < 1e-6, 'what the shortcut gets')

    const weighted = (at: Float64Array): number => {
      const [p, g, b] = [
        at.subarray(0, length),
        at.subarray(length),
        at.subarray(length + channels)
      ]
      const affine = [g.subarray(0, channels), b, shift] as const
      return groupNormed(p, affine, groups).reduce((sum, value, i) => sum + value * ds[i]!, 0)
    }
    const all = centralDifferences(weighted, Float32Array.of(...zs, ...gains, ...biases))
    // The differences are good to 1e-8 of a deviation; where a group has one element, nothing is left of dz.
    const scale = Math.max(...all.map(Math.abs))
    const error = (found: ArrayLike<number>, from: number): number =>
      Math.max(...Array.from(found, (value, i) => Math.abs(value - all[from + i]!))) / scale
    t.true(error(readImage(machine, dz, 0), 0) < 1e-5)
    t.true(error(machine.values(dGain), length) < 1e-5)
    t.true(error(machine.values(dBias), length + channels) < 1e-5)
  })
}
