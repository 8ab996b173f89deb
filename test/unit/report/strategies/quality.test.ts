import test from 'ava'
import { meanCurve } from '../../../../src/report/strategies/mean-curve.ts'
import { goalOf, reach } from '../../../../src/report/strategies/quality.ts'

const CURVE = [
  { round: 9, bytes: 100, seconds: 1, quality: 0.5 },
  { round: 19, bytes: 200, seconds: 3, quality: 0.9 },
  { round: 29, bytes: 300, seconds: 5, quality: 0.8 },
  { round: 39, bytes: 400, seconds: 7, quality: 0.95 }
]

test('should read off a curve where a quality is reached for the first time', (t) => {
  // Three quarters of the way from 0.5 to 0.9.
  const { bytes, seconds } = reach('accuracy', CURVE, 0.8)!
  t.true(Math.abs(bytes - 175) < 1e-9 && Math.abs(seconds - 2.5) < 1e-9)
  t.deepEqual(reach('accuracy', CURVE, 0.4), { bytes: 100, seconds: 1 })
  t.is(reach('accuracy', CURVE, 0.96), null)
  t.is(reach('accuracy', [], 0.1), null)
})

test('should take less for better where it is a loss', (t) => {
  const falling = CURVE.map((point) => ({ ...point, quality: 1 - point.quality }))
  t.true(Math.abs(reach('loss', falling, 0.2)!.bytes - 175) < 1e-9)
  t.is(reach('loss', falling, 0.01), null)
})

test('should set the goal a point below the best accuracy, and 5 % above the least loss', (t) => {
  t.is(goalOf('accuracy', 0.97), 0.96)
  t.is(goalOf('loss', 2), 2.1)
})

test('should take the mean of the rounds that all seeds have', (t) => {
  const other = CURVE.slice(1).map((point) => ({ ...point, bytes: point.bytes + 20, quality: 0.7 }))
  const mean = meanCurve([CURVE, other])
  t.deepEqual(
    mean.map(({ round, bytes }) => [round, bytes]),
    [
      [19, 210],
      [29, 310],
      [39, 410]
    ]
  )
  t.is(mean[0]!.quality.mean, 0.8)
  t.is(mean[0]!.quality.n, 2)
  t.deepEqual(meanCurve([]), [])
})
