import test from 'ava'
import { MARGIN, valueAxis } from '../../../../src/report/charts/value-axis.ts'

test('should end a linear axis at round numbers about its values, within its bounds', (t) => {
  t.deepEqual(valueAxis([12, 97], { label: '', within: [0, 100] })?.domain, [0, 100])
  t.deepEqual(valueAxis([91.2, 97.3], { label: '', logarithmic: false })?.domain, [90, 98])
  t.deepEqual(valueAxis([5, 5], { label: '' })?.domain, [4, 6])
})

test('should place values in pixels, linear or by their logarithm', (t) => {
  const height = 100 + MARGIN.top + MARGIN.bottom
  const linear = valueAxis([0, 10], { label: '' })!
  t.deepEqual(
    [0, 5, 10].map((value) => linear.place(value, height)),
    [MARGIN.top + 100, MARGIN.top + 50, MARGIN.top]
  )
  const logarithmic = valueAxis([1, 10_000], { label: '' })!
  t.true(logarithmic.logarithmic)
  t.true(Math.abs(logarithmic.place(100, height) - (MARGIN.top + 50)) < 1e-9)
})

test('should stay linear where a logarithm was asked for and a value has none', (t) => {
  t.false(valueAxis([0, 1], { label: '', logarithmic: true })?.logarithmic)
})

test('should be nothing for no values', (t) => {
  t.is(valueAxis([], { label: '' }), null)
})

test('should have finite ends and ticks for values as large as a diverged loss', (t) => {
  const { domain, scale } = valueAxis([1e-300, 1.7e308], { label: '', logarithmic: true })!
  t.is(domain[1], Number.MAX_VALUE)
  const ticks = scale['ticks'] as readonly number[]
  t.true(ticks.length > 2 && ticks.length < 20 && ticks.every(Number.isFinite))
})
