import test from 'ava'
import { type Random, seeded } from '../../../../src/random.ts'
import { type Images, imageAt, planImages } from '../../../../src/training/wasm/conv/images.ts'
import { Machine } from '../../../../src/training/wasm/machine.ts'
import { difference, uniform } from '../helpers.ts'
import { pooled, pooledBackward, type Sides } from './conv-oracle.ts'
import { readImage, writeImage } from './images.ts'

const MARGIN = { top: 2, left: 1, bottom: 3, right: 2 }

const CASES: readonly Sides[] = [
  { height: 2, width: 2, channels: 1 },
  { height: 5, width: 7, channels: 1 },
  { height: 4, width: 6, channels: 3 },
  { height: 7, width: 5, channels: 5 },
  { height: 6, width: 6, channels: 16 },
  { height: 3, width: 8, channels: 22 }
]

/** Few different values: windows with more than one maximum, sums that are exactly zero. */
const coarse = (random: Random, length: number): Float32Array =>
  Float32Array.from({ length }, () => random.integer(5) / 4 - 0.5)

/** Runs both kernels on one image. */
const run = (sides: Sides, z: Float32Array, bias: Float32Array, d: Float32Array) => {
  const machine = new Machine()
  const { height, width, channels } = sides
  const [rows, columns] = [height >> 1, width >> 1]
  const zs = planImages(machine, 1, [height, width, channels], MARGIN)
  const dzs = planImages(machine, 1, [height, width, channels], MARGIN)
  const hs = planImages(machine, 1, [rows, columns, channels], MARGIN)
  const ds = planImages(machine, 1, [rows, columns, channels])
  const [biases, dBias] = [machine.matrix(1, channels), machine.matrix(1, channels)]
  machine.commit()
  writeImage(machine, zs, 0, z)
  writeImage(machine, ds, 0, d)
  machine.values(biases).set(bias)
  const at = (images: Images): number => imageAt(images, 0)
  const shape = [rows, columns, channels] as const
  machine.conv.maxPool(...shape, at(zs), zs.down, biases.at, at(hs), hs.down)
  const [source, output] = [[at(zs), zs.down] as const, [at(hs), hs.down] as const]
  machine.conv.maxPoolGradient(...shape, ...source, ...output, at(ds), at(dzs), dzs.down, dBias.at)
  return {
    h: readImage(machine, hs, 0),
    dz: readImage(machine, dzs, 0),
    dBias: [...machine.values(dBias)]
  }
}

for (const sides of CASES) {
  for (const draw of [uniform, coarse]) {
    const { height, width, channels } = sides
    const kind = draw === coarse ? 'with equal maxima' : 'without'
    test(`should pool, and give slopes to the first maximum: ${height}x${width}x${channels}, ${kind}`, (t) => {
      const random = seeded(1)
      const z = draw(random, height * width * channels)
      const bias = draw(random, channels)
      const d = uniform(random, (height >> 1) * (width >> 1) * channels)
      const forward = pooled(sides, z, bias)
      const backward = pooledBackward(sides, forward, d)
      const found = run(sides, z, bias, d)
      t.true(difference(found.h, forward.h) < 1e-6)
      t.true(difference(found.dz, backward.dz) < 1e-6)
      t.true(difference(found.dBias, backward.dBias) < 1e-6)
    })
  }
}

for (let place = 0; place < 4; place++) {
  test(`should not lose what is not a number, at place ${place} of a window`, (t) => {
    const z = Float32Array.of(1, 2, 3, 4)
    z[place] = Number.NaN
    const sides = { height: 2, width: 2, channels: 1 }
    const { h } = run(sides, z, Float32Array.of(0), Float32Array.of(1))
    t.deepEqual(h, [Number.NaN])
  })
}

for (const [height, width, channels] of [
  [1, 1, 3],
  [3, 4, 5],
  [8, 8, 64]
] as const) {
  test(`should average all places: ${height}x${width}x${channels}`, (t) => {
    const machine = new Machine()
    const x = planImages(machine, 1, [height, width, channels], MARGIN)
    const dx = planImages(machine, 1, [height, width, channels])
    const [means, d] = [machine.matrix(1, channels), machine.matrix(1, channels)]
    machine.commit()
    const random = seeded(2)
    const places = height * width
    const values = writeImage(machine, x, 0, uniform(random, places * channels))
    const slopes = uniform(random, channels)
    machine.values(d).set(slopes)
    machine.conv.averagePool(height, width, channels, imageAt(x, 0), x.down, means.at)
    machine.conv.averagePoolGradient(places, channels, d.at, imageAt(dx, 0))
    const expected = new Float64Array(channels)
    values.forEach((value, i) => {
      expected[i % channels]! += value / places
    })
    t.true(difference(machine.values(means), expected) < 1e-6)
    const shares = Float64Array.from(values, (_, i) => slopes[i % channels]! / places)
    t.true(difference(readImage(machine, dx, 0), shares) < 1e-6)
  })
}
