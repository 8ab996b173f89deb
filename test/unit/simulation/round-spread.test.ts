/** The distance that is summed up as replicas come, against the one of all replicas together. */
import test from 'ava'
import { consensusDistance } from '../../../src/consensus/consensus-distance.ts'
import { seeded } from '../../../src/random.ts'
import { RoundSpread } from '../../../src/simulation/round-spread.ts'
import type { Vector } from '../../../src/vector/vector.ts'

const random = seeded(11)

/** Replicas `apart` from a common point of norm about `norm`, in units of that norm. */
const cloud = (count: number, length: number, norm: number, apart: number): Vector[] => {
  const deviation = norm / Math.sqrt(length)
  const centre = Float32Array.from({ length }, () => deviation * random.normal())
  return Array.from({ length: count }, () =>
    centre.map((value) => value + apart * deviation * random.normal())
  )
}

const spreadOf = (replicas: readonly Vector[]): RoundSpread => {
  const spread = new RoundSpread(replicas[0]!)
  for (const replica of replicas) spread.add(replica)
  return spread
}

for (const apart of [1e-7, 1e-4, 1, 1e4]) {
  for (const norm of [1e-6, 1, 1e6]) {
    test(`should agree on replicas ${apart} apart, relative to a norm of ${norm}`, (t) => {
      for (const [count, length] of [
        [2, 1],
        [3, 1000],
        [64, 100]
      ] as const) {
        const replicas = cloud(count, length, norm, apart)
        const expected = consensusDistance(replicas)
        const spread = spreadOf(replicas)
        const { absolute, relative } = spread.distance()
        t.is(spread.count, count)
        // Differences of float32 are exact in float64; what is left is the rounding of a few sums.
        t.true(Math.abs(absolute - expected.absolute) <= 1e-9 * expected.absolute, `${absolute}`)
        t.true(Math.abs(relative - expected.relative) <= 1e-9 * expected.relative, `${relative}`)
      }
    })
  }
}

test('should be exactly zero for equal replicas, however many', (t) => {
  const [replica] = cloud(1, 50, 3, 0)
  t.deepEqual(spreadOf(new Array(37).fill(replica)).distance(), { absolute: 0, relative: 0 })
})

test('should not depend on what the first replica is used for later', (t) => {
  const replicas = cloud(5, 20, 1, 1)
  const spread = new RoundSpread(replicas[0]!)
  for (const replica of replicas) spread.add(replica)
  const before = spread.distance()
  replicas[0]!.fill(99)
  t.deepEqual(spread.distance(), before)
})

test('should not depend on the order in which replicas come', (t) => {
  const replicas = cloud(9, 30, 1, 1e-5)
  const one = spreadOf(replicas).distance().absolute
  const other = spreadOf([...replicas].reverse()).distance().absolute
  t.true(Math.abs(one - other) <= 1e-9 * one)
})

test('should give the absolute distance where the mean is zero', (t) => {
  const spread = spreadOf([Float32Array.of(3, -4), Float32Array.of(-3, 4)])
  t.deepEqual(spread.distance(), { absolute: 5, relative: 5 })
})

test('should not be a number once a replica is none', (t) => {
  t.is(spreadOf([Float32Array.of(1), Float32Array.of(NaN)]).distance().absolute, NaN)
})
