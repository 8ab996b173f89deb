import test from 'ava'
import { measuredRate, plainRate } from '../../../src/simulation/mixing-rate.ts'
import type { HistoryEntry } from '../../../src/storage/results.ts'

const entry = (round: number, distance: number | null): HistoryEntry => ({
  round,
  loss: null,
  accuracy: null,
  distance,
  bytesSent: 0,
  atMs: 0,
  testLoss: null
})

test('should measure the slower of two modes, once the faster one is gone', (t) => {
  const distances = Array.from({ length: 40 }, (_, round) => 0.9 ** round + 5 * 0.3 ** round)
  const rate = measuredRate(distances.map((distance, round) => entry(round, distance)))
  t.true(Math.abs(rate! - 0.9) < 1e-9)
})

test('should leave out rounds without a distance, and what float32 rounding holds up', (t) => {
  const history = Array.from({ length: 100 }, (_, round) =>
    entry(round, round % 3 === 1 ? null : Math.max(0.5 ** round, 1e-7))
  )
  t.true(Math.abs(measuredRate(history)! - 0.5) < 1e-9)
})

test('should say nothing of two points, of none and of equal replicas', (t) => {
  t.is(measuredRate([]), null)
  t.is(measuredRate([entry(0, 1), entry(1, 0.5)]), null)
  t.is(measuredRate([0, 1, 2, 3].map((round) => entry(round, 0))), null)
})

test("should promise a ring's second eigenvalue, and one round for a full graph", (t) => {
  for (const n of [5, 16, 64]) {
    // Circulant with weights 1/3: the eigenvalues are 1/3 + 2/3 cos(2 pi k / n).
    const expected = 1 / 3 + (2 / 3) * Math.cos((2 * Math.PI) / n)
    t.true(Math.abs(plainRate({ name: 'ring' }, n, 1)! - expected) < 1e-6, `ring of ${n}`)
  }
  t.true(Math.abs(plainRate({ name: 'full' }, 8, 1)!) < 1e-6)
})

test('should promise nothing of a graph that changes, of too many peers, of one, or of no grid', (t) => {
  t.is(plainRate({ name: 'random-regular', degree: 4, lifetime: 5 }, 16, 1), null)
  t.is(plainRate({ name: 'ring' }, 513, 1), null)
  t.is(plainRate({ name: 'ring' }, 1, 1), null)
  t.is(plainRate({ name: 'torus' }, 17, 1), null)
})
