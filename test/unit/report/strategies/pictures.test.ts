import test from 'ava'
import type { Comparison, MeanPoint } from '../../../../src/report/strategies/comparison.ts'
import { renderComparison } from '../../../../src/report/strategies/comparison-page.ts'
import { comparisonSvg } from '../../../../src/report/strategies/comparison-svg.ts'
import { comparisonMarkdown } from '../../../../src/report/strategies/markdown.ts'
import { recommend } from '../../../../src/report/strategies/recommend.ts'
import { comparisonText } from '../../../../src/report/strategies/terminal.ts'
import { CHURN, facts, LOSS, strategy } from './comparisons.ts'

const CURVE: readonly MeanPoint[] = [
  { round: 9, bytes: 1e6, seconds: 2, quality: { mean: 0.5, half: 0.02, n: 3 } },
  { round: 19, bytes: 2e6, seconds: 4, quality: { mean: 0.97, half: 0.01, n: 3 } }
]

const withCurve = (one: ReturnType<typeof strategy>): ReturnType<typeof strategy> => ({
  ...one,
  conditions: one.conditions.map((condition) => ({
    ...condition,
    curve: condition.kind === 'asked' ? CURVE : []
  }))
})

const comparison = (fields: Partial<Comparison> = {}): Comparison => {
  const all = facts(
    [
      withCurve(
        strategy('ring', { quality: [0.96, 0.97, 0.98] }, [
          [LOSS, { quality: [0.95, 0.96, 0.97] }],
          [CHURN, { quality: [0.9, null, 0.9] }]
        ])
      ),
      strategy('<sparse>', { quality: [0.96, 0.96, null] })
    ],
    { leftOut: [{ strategy: 'torus', condition: null, reason: 'too | few peers' }] }
  )
  return { ...all, recommendation: recommend(all), ...fields }
}

test('should draw what there is, with error bars, and nothing that could be a script', (t) => {
  const svg = comparisonSvg(comparison())
  t.regex(svg, /^<svg xmlns/)
  // Two curves (bytes, time) of the one strategy that has some, a bar for each of their points.
  t.is(svg.match(/<polyline/g)!.length, 2)
  const bars = svg.match(/class="bar"/g)!.length
  // And as asked (two strategies), with loss, with churn.
  t.is(bars, 4 + 4)
  t.false(svg.includes('<sparse>'))
  t.false(/NaN|Infinity|undefined/.test(svg))
})

test('should draw a line from left to right and from bottom to top where both rise', (t) => {
  const [, points] = /<polyline points="([^"]+)"/.exec(comparisonSvg(comparison()))!
  const [from, to] = points!.split(' ').map((pair) => pair.split(',').map(Number))
  t.true(from![0]! < to![0]! && from![1]! > to![1]!)
})

test('should draw nothing of nothing', (t) => {
  t.notThrows(() => comparisonSvg(comparison({ strategies: [] })))
  t.notThrows(() => renderComparison(comparison({ strategies: [] })))
})

test('should put the recommendation, the table and every chart on the page', (t) => {
  const page = renderComparison(comparison())
  t.regex(page, /<strong>Take ring\.<\/strong>/)
  t.regex(page, /97\.0 ± 2\.5 %/)
  t.regex(page, /torus was left out: too \| few peers/)
  for (const title of ['Against bytes', 'Against time', 'Under loss and churn']) {
    t.true(page.includes(`<h3>${title}</h3>`), title)
  }
  t.false(page.includes('<sparse>'))
})

test('should write markdown whose cells hold no bars', (t) => {
  const text = comparisonMarkdown(comparison())
  const rows = text.split('\n').filter((line) => line.startsWith('| '))
  t.is(rows.length, 8)
  t.is(new Set(rows.slice(0, 4).map((row) => row.split(' | ').length)).size, 1)
  t.true(text.includes('Take ring.'))
})

test('should say how many seeds are behind a figure where it is not all of them', (t) => {
  const text = comparisonText(comparison())
  t.regex(text, /<sparse> .*96\.0 ± 0\.0 % \(2 of 3\)/)
  t.regex(text, /90\.0 ± 0\.0 % \(2 of 3\)/)
})
