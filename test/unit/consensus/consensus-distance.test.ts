import test from 'ava'
import {
  consensusDistance,
  meanDrift,
  meanVector
} from '../../../src/consensus/consensus-distance.ts'
import { seeded } from '../../../src/random.ts'

const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-12 * Math.abs(b)

test('consensusDistance should agree with the sum over pairs', (t) => {
  const random = seeded(23)
  const replicas = Array.from({ length: 7 }, () =>
    Float32Array.from({ length: 50 }, () => 3 + random.normal())
  )
  // (1/n) sum_i |x_i - mean|^2 = (1/2n^2) sum_ij |x_i - x_j|^2
  let pairs = 0
  for (const a of replicas)
    for (const b of replicas) for (const [i, x] of a.entries()) pairs += (x - b[i]!) ** 2
  const expected = Math.sqrt(pairs / (2 * 7 * 7))
  const mean = replicas[0]!.reduce(
    (sum, _, i) => sum + (replicas.reduce((total, x) => total + x[i]!, 0) / 7) ** 2,
    0
  )
  const { absolute, relative, meanNorm } = consensusDistance(replicas)
  t.true(near(meanNorm, Math.sqrt(mean)))
  t.true(near(absolute, expected), `${absolute} is not ${expected}`)
  t.true(near(relative, expected / Math.sqrt(mean)))
})

test('equal replicas should have distance zero', (t) => {
  t.is(
    consensusDistance([
      [1, 2],
      [1, 2]
    ]).absolute,
    0
  )
  t.is(consensusDistance([[1, 2]]).relative, 0)
  t.is(consensusDistance([]).absolute, 0)
})

test('the relative distance should stay finite where the mean is zero', (t) => {
  t.deepEqual(consensusDistance([[3], [-3]]), { absolute: 3, relative: 3, meanNorm: 0 })
  t.deepEqual(consensusDistance([[0], [0]]), { absolute: 0, relative: 0, meanNorm: 0 })
})

test('meanVector should sum in float64', (t) => {
  const replicas = [Float32Array.of(1), Float32Array.of(2 ** -30)]
  t.is(meanVector(replicas)[0], (1 + 2 ** -30) / 2)
})

test('meanDrift should be what is left after opposite movements cancel', (t) => {
  t.is(meanDrift([Float64Array.of(3, 4), Float64Array.of(-3, -4)]), 0)
  t.is(meanDrift([Float64Array.of(3, 4), Float64Array.of(3, 4)]), 5)
  t.is(meanDrift([Float64Array.of(6, 8), Float64Array.of(0, 0)]), 5)
})

test('meanDrift should be how far mixing moved the mean, whatever training did', (t) => {
  const random = seeded(29)
  const vectors = (): Float64Array[] =>
    Array.from({ length: 5 }, () => Float64Array.from({ length: 9 }, () => random.normal()))
  const trained = vectors()
  const mixed = vectors()
  const before = meanVector(trained)
  const after = meanVector(trained.map((x, p) => x.map((value, i) => value + mixed[p]![i]!)))
  const moved = Math.sqrt(after.reduce((sum, x, i) => sum + (x - before[i]!) ** 2, 0))
  t.true(near(meanDrift(mixed), moved))
})
