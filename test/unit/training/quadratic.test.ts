/** Quadratics with a known optimum, against finite differences and their definition. */
import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { modelSchema } from '../../../src/swarm/recipe.ts'
import { createQuadratics } from '../../../src/training/quadratic.ts'
import type { Vector } from '../../../src/vector/vector.ts'
import { distance } from '../../helpers/distance.ts'

type Config = Parameters<typeof createQuadratics>[0]

const configOf = (fields: object): Config =>
  modelSchema.parse({ name: 'quadratic', parameters: 40, ...fields }) as Config

const create = (fields: object, peers: number, seed = 1) =>
  createQuadratics(configOf(fields), peers, seeded(seed).fork('initial'))

type Quadratics = ReturnType<typeof create>

const noise = seeded(9)

const gradientAt = (quadratics: Quadratics, peer: number, replica: Vector): Vector => {
  const into = new Float32Array(replica.length)
  quadratics.source(peer, noise).gradient(replica, into)
  return into
}

const lossAt = (quadratics: Quadratics, peer: number, replica: Float64Array): number =>
  // Only read: float64 numbers do as well, and make differences exact enough.
  quadratics
    .source(peer, noise)
    .gradient(replica as unknown as Vector, new Float32Array(replica.length))

/** Where a peer's own objective is least: from its gradients at 0 and 1, h and h c. */
const shapeOf = (quadratics: Quadratics, peer: number, length: number) => {
  const atZero = gradientAt(quadratics, peer, new Float32Array(length))
  const atOne = gradientAt(quadratics, peer, new Float32Array(length).fill(1))
  const curvature = Float64Array.from(atZero, (slope, k) => atOne[k]! - slope)
  return { curvature, centre: Float64Array.from(atZero, (slope, k) => -slope / curvature[k]!) }
}

test('should give the gradient of the loss that it tells', (t) => {
  const quadratics = create({ condition: 100, heterogeneity: 2 }, 5)
  const random = seeded(4)
  for (let peer = 0; peer < 5; peer++) {
    const replica = Float32Array.from({ length: 40 }, () => random.normal())
    const gradient = gradientAt(quadratics, peer, replica)
    for (let k = 0; k < 40; k++) {
      const step = 1e-3
      const [less, more] = [-step, step].map((move) => {
        const moved = Float64Array.from(replica)
        moved[k] = moved[k]! + move
        return lossAt(quadratics, peer, moved)
      })
      // Central differences are exact for quadratics; what is left is float32 and cancellation.
      const difference = (more! - less!) / (2 * step)
      t.true(
        Math.abs(difference - gradient[k]!) < 1e-5 * (1 + Math.abs(difference)),
        `${peer} ${k}`
      )
    }
  }
})

test('should space the curvatures logarithmically from 1 / condition to 1, alike for all peers', (t) => {
  for (const condition of [1, 10, 1e4]) {
    const quadratics = create({ condition }, 3)
    for (let peer = 0; peer < 3; peer++) {
      const { curvature } = shapeOf(quadratics, peer, 40)
      for (const [k, h] of curvature.entries()) {
        const expected = (1 / condition) ** (1 - k / 39)
        // From the difference of two float32 slopes of up to a few units of h.
        t.true(Math.abs(h / expected - 1) < 1e-5, `${condition}: h_${k} = ${h}`)
      }
    }
  }
})

for (const peers of [1, 2, 7, 16]) {
  test(`should have its optimum where the mean gradient of ${peers} peers is zero`, (t) => {
    const quadratics = create({ heterogeneity: 3, condition: 50 }, peers)
    const shapes = Array.from({ length: peers }, (_, peer) => shapeOf(quadratics, peer, 40))
    const optimum = Float32Array.from({ length: 40 }, (_, k) => {
      const centres = shapes.map(({ centre }) => centre[k]!)
      return centres.reduce((sum, value) => sum + value) / peers
    })
    const sum = new Float64Array(40)
    for (let peer = 0; peer < peers; peer++) {
      const gradient = gradientAt(quadratics, peer, optimum)
      for (const [k, slope] of gradient.entries()) sum[k] = sum[k]! + slope / peers
    }
    for (const slope of sum) t.true(Math.abs(slope) < 1e-5, `${slope}`)
    // The swarm's loss is zero there, half the curvature-weighted square elsewhere, and never less.
    t.true(quadratics.loss(optimum) < 1e-9, `${quadratics.loss(optimum)}`)
    const random = seeded(peers)
    const away = optimum.map((value) => value + random.normal())
    const expected = shapes[0]!.curvature.reduce(
      (total, h, k) => total + (h * (away[k]! - optimum[k]!) ** 2) / 2,
      0
    )
    t.true(Math.abs(quadratics.loss(away) / expected - 1) < 1e-4)
  })
}

test('should put the centres as far from the optimum as the heterogeneity says', (t) => {
  const length = 4000
  // |g|^2 is a chi-square over its mean: within four deviations of sqrt(2 / length).
  const bound = 4 * Math.sqrt(2 / length)
  for (const heterogeneity of [0.5, 1, 20]) {
    const quadratics = create({ parameters: length, heterogeneity, condition: 1 }, 4)
    const centres = [0, 1, 2, 3].map((peer) => shapeOf(quadratics, peer, length).centre)
    const optimum = centres[0]!.map((value, k) => (value + centres[1]![k]!) / 2)
    const norm = distance(optimum, new Float64Array(length))
    t.true(Math.abs(norm ** 2 - 1) < bound, `the optimum is ${norm} from the start`)
    for (const centre of centres) {
      const apart = distance(centre, optimum) / heterogeneity
      t.true(Math.abs(apart ** 2 - 1) < bound, `${heterogeneity}: ${apart}`)
    }
    // Pairs are opposite, and different pairs have nothing to do with each other.
    const offsets = centres.map((centre) => centre.map((value, k) => value - optimum[k]!))
    const cosine = (a: Float64Array, b: Float64Array): number =>
      a.reduce((sum, value, k) => sum + value * b[k]!, 0) / heterogeneity ** 2
    t.true(Math.abs(cosine(offsets[0]!, offsets[1]!) + 1) < 2 * bound)
    t.true(Math.abs(cosine(offsets[0]!, offsets[2]!)) < 4 / Math.sqrt(length))
  }
})

test('should let the last of an odd number, and all without heterogeneity, share the optimum', (t) => {
  const odd = create({ heterogeneity: 5 }, 3)
  const optimum = shapeOf(odd, 2, 40).centre
  t.true(odd.loss(Float32Array.from(optimum)) < 1e-9)
  t.true(distance(shapeOf(odd, 0, 40).centre, optimum) > 1)
  const alike = create({ heterogeneity: 0 }, 4)
  for (let peer = 1; peer < 4; peer++) {
    t.is(distance(shapeOf(alike, peer, 40).centre, shapeOf(alike, 0, 40).centre), 0)
  }
})

test('should add noise of the given deviation to the gradient, and none to the loss', (t) => {
  const length = 5000
  const quiet = create({ parameters: length }, 2)
  const loud = create({ parameters: length, noise: 0.3 }, 2)
  const zero = new Float32Array(length)
  const [clean, noisy] = [new Float32Array(length), new Float32Array(length)]
  const source = loud.source(1, seeded(6))
  t.is(source.gradient(zero, noisy), quiet.source(1, seeded(6)).gradient(zero, clean))
  const added = Float64Array.from(noisy, (slope, k) => slope - clean[k]!)
  const mean = added.reduce((sum, value) => sum + value) / length
  const deviation = Math.sqrt(added.reduce((sum, value) => sum + value ** 2, 0) / length)
  t.true(Math.abs(mean) < (4 * 0.3) / Math.sqrt(length), `mean ${mean}`)
  t.true(Math.abs(deviation / 0.3 - 1) < 4 / Math.sqrt(2 * length), `deviation ${deviation}`)
  const again = new Float32Array(length)
  source.gradient(zero, again)
  t.notDeepEqual(again, noisy, 'every draw is another')
})

test('should begin everyone at zero, on a copy of its own', (t) => {
  const quadratics = create({}, 2)
  t.deepEqual(quadratics.initial(0), new Float32Array(40))
  t.not(quadratics.initial(0), quadratics.initial(0))
})

test('should be another problem for another seed, and the same for the same', (t) => {
  const centre = (seed: number, peer: number) => shapeOf(create({}, 4, seed), peer, 40).centre
  t.deepEqual(centre(1, 2), centre(1, 2))
  t.notDeepEqual(centre(1, 2), centre(2, 2))
})

test('should work with a single parameter', (t) => {
  const quadratics = create({ parameters: 1, condition: 1000 }, 2)
  t.true(Math.abs(shapeOf(quadratics, 0, 1).curvature[0]! - 1) < 1e-6)
})
