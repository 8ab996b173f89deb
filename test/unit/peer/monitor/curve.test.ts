import test from 'ava'
import { Curve, MOST_POINTS } from '../../../../src/peer/monitor/curve.ts'
import type { CurvePoint } from '../../../../src/storage/curve-point.ts'

const point = (round: number, accuracy: number | null = null): CurvePoint => ({
  at: round * 1000,
  round,
  loss: 1 / (round + 1),
  accuracy,
  testLoss: null,
  bytesSent: round,
  bytesReceived: round
})

const rounds = (curve: Curve): readonly number[] => curve.points.map(({ round }) => round)

test('should keep every round for as long as there is room', (t) => {
  const curve = new Curve()
  const all = Array.from({ length: 1999 }, (_, round) => point(round))
  for (const each of all) curve.add(each)
  t.deepEqual(curve.points, all)
})

test('should span a run of any length evenly, with the newest as it came', (t) => {
  const curve = new Curve()
  let most = 0
  for (let round = 0; round < 300_000; round++) {
    const newest = point(round)
    curve.add(newest)
    if (round % 997 !== 0) continue
    const { points } = curve
    most = Math.max(most, points.length)
    t.is(points.at(-1), newest)
    t.is(points[0]!.round, 0)
  }
  t.true(most <= MOST_POINTS)
  // 300,000 rounds in 2,000 points: every 256th.
  const gaps = rounds(curve).map((round, index, all) => round - (all[index - 1] ?? -256))
  t.true(gaps.slice(0, -2).every((gap) => gap === 256))
})

test('should keep evaluations, however the rounds with one fall', (t) => {
  const curve = new Curve()
  // Evaluated rounds are odd: every other point alone would lose all of them.
  for (let round = 0; round < 10_000; round++)
    curve.add(point(round, round % 10 === 9 ? round : null))
  const { points } = curve
  const seen = points.flatMap(({ accuracy }) => (accuracy === null ? [] : [accuracy]))
  t.deepEqual(
    seen,
    Array.from({ length: 1000 }, (_, index) => index * 10 + 9)
  )
  for (const { round, accuracy } of points) t.true(accuracy === null || round - accuracy < 8)
})

test('should begin again where a round comes that has come before', (t) => {
  const curve = new Curve()
  for (let round = 0; round < 5000; round++) curve.add(point(round))
  for (let round = 3000; round < 3100; round++) curve.add(point(round))
  const seen = rounds(curve)
  t.is(seen.at(-1), 3099)
  t.deepEqual(
    seen,
    seen.toSorted((a, b) => a - b)
  )
  t.is(new Set(seen).size, seen.length)
  curve.add(point(0))
  t.deepEqual(rounds(curve), [0])
})

test('should take up a thinned curve without forgetting its beginning', (t) => {
  const first = new Curve()
  for (let round = 0; round < 100_000; round++) first.add(point(round))
  const second = new Curve()
  for (const old of first.points) second.add(old)
  for (let round = 100_000; round < 200_000; round++) second.add(point(round))
  const seen = rounds(second)
  t.true(seen.length <= MOST_POINTS)
  t.is(seen[0], 0)
  // As much of the first half as of the second one.
  const early = seen.filter((round) => round < 100_000).length
  t.true(Math.abs(early - seen.length / 2) < 10)
})
