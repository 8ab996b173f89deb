import test from 'ava'
import { renderSweepPage } from '../../../../src/report/sweep/sweep-page.ts'
import { numberOf, shortValue } from '../../../../src/report/sweep/values.ts'
import { syntheticSweep } from '../../../helpers/synthetic-sweep.ts'

interface Drawn {
  readonly label: string
  readonly options: { readonly x: { readonly type?: string; readonly domain?: readonly string[] } }
  readonly marks: ReadonlyArray<{
    readonly mark: string
    readonly options: Record<string, unknown>
  }>
}

const figuresOf = (page: string): readonly Drawn[] =>
  JSON.parse(/id="figures">(.*?)<\/script>/s.exec(page)![1]!)

test('should draw every figure against every axis, a series for each value of the other', (t) => {
  const sweep = syntheticSweep()
  const figures = figuresOf(renderSweepPage(sweep))
  // Seven figures have values, on two axes.
  t.is(figures.length, 14)
  const numeric = figures.find(
    ({ label }) => label === 'accuracy, mean against data.partition.alpha'
  )!
  t.is(numeric.options.x.type, 'log')
  const dots = numeric.marks.filter(({ mark }) => mark === 'dot')
  t.is(dots.length, 4)
  t.deepEqual(dots[0]?.options['x'], [0.1, 0.5, 1, 10])
  const expected = sweep.cells
    .filter(({ settings }) => settings['compression.name'] === 'none')
    .map(({ metrics }) => 100 * metrics.accuracy!.mean)
  const drawn = dots[0]?.options['y'] as readonly number[]
  for (const [index, value] of expected.entries()) {
    t.true(Math.abs(drawn[index]! - value) < 1e-3, `alpha number ${index}`)
  }
  const named = figures.find(({ label }) => label === 'accuracy, mean against compression.name')!
  t.deepEqual(named.options.x.domain, ['none', 'int8', 'int4', 'top-k+int4'])
  t.false(named.marks.some(({ mark }) => mark === 'line'))
})

test('should say how many runs failed, and of how many runs a figure is', (t) => {
  const page = renderSweepPage(syntheticSweep())
  t.regex(page, /1 run failed and is in no figure/)
  t.regex(page, /<td>2 of 3<\/td>/)
})

test('should show a sweep in which nothing has finished yet', (t) => {
  const sweep = syntheticSweep()
  const none = sweep.cells.map((cell) => ({
    ...cell,
    metrics: {
      ...cell.metrics,
      ...Object.fromEntries(Object.keys(cell.metrics).map((name) => [name, null]))
    }
  }))
  t.deepEqual(figuresOf(renderSweepPage({ ...sweep, cells: none })), [])
})

test('should write values short enough for an axis', (t) => {
  t.is(shortValue('{"name":"random-regular","degree":4}'), 'random-regular, degree 4')
  t.is(shortValue('[128,64]'), '[128,64]')
  t.is(shortValue('x'.repeat(40)).length, 28)
  t.is(numberOf('1e-3'), 0.001)
  t.is(numberOf(''), null)
  t.is(numberOf('int4'), null)
})
