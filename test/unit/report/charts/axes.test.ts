import test from 'ava'
import {
  apart,
  bytesUnit,
  isLogarithmic,
  logTicks,
  spread,
  timeUnit
} from '../../../../src/report/charts/axes.ts'

test('should take the largest unit that fits', (t) => {
  t.deepEqual(
    [0, 999, 1000, 42e6, 3e13].map((bytes) => bytesUnit(bytes).name),
    ['B', 'B', 'kB', 'MB', 'TB']
  )
  t.deepEqual(
    [900, 2000, 119_000, 120_000, 8e6, 2e8].map((ms) => timeUnit(ms).name),
    ['ms', 's', 's', 'min', 'h', 'days']
  )
})

test('should make an axis logarithmic for positive values of very different size only', (t) => {
  t.true(isLogarithmic([1, 100]))
  t.false(isLogarithmic([1, 10]))
  t.false(isLogarithmic([0, 100]))
  t.false(isLogarithmic([-1, 100]))
  t.false(isLogarithmic([]))
})

test('should keep first and last of many items, evenly spread', (t) => {
  const items = Array.from({ length: 101 }, (_, i) => i)
  t.deepEqual(spread(items, 5), [0, 25, 50, 75, 100])
  t.is(spread(items, 101), items)
  t.deepEqual(spread(items, 1), [100])
})

test('should tick round numbers inside a logarithmic domain', (t) => {
  t.deepEqual(logTicks(0.9, 12), [1, 2, 3, 5, 10])
  t.deepEqual(logTicks(0.002, 1), [0.003, 0.01, 0.03, 0.1, 0.3, 1])
  t.deepEqual(logTicks(1e-4, 1e3), [1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1000])
  t.true(logTicks(1e-40, 1).length <= 13)
})

test('should leave labels that do not touch where they are', (t) => {
  t.deepEqual(apart([100, 10, 50], 15), [0, 0, 0])
})

test('should move labels apart by the gap, in their order, about their mean', (t) => {
  const places = [52, 50, 49, 120]
  const moved = apart(places, 15).map((move, index) => places[index]! + move)
  const sorted = [...moved].sort((a, b) => a - b)
  for (let i = 1; i < sorted.length; i++) t.true(sorted[i]! - sorted[i - 1]! > 15 - 1e-9)
  t.true(moved[2]! < moved[1]! && moved[1]! < moved[0]!)
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  t.true(Math.abs(mean(moved.slice(0, 3)) - mean(places.slice(0, 3))) < 1e-9)
  t.is(moved[3], 120)
})
