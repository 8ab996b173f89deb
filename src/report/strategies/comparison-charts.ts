/** Charts of a comparison: what strategies learn for bytes, for time, with more peers and in worse times. */
import { bytesUnit, timeUnit, type Unit } from '../charts/axes.ts'
import { linesFigure } from '../charts/lines-figure.ts'
import { type SpreadPoint, type SpreadSeries, spreadFigure } from '../charts/spread-figure.ts'
import type { AxisOptions } from '../charts/value-axis.ts'
import { html } from '../html.ts'
import type { Block } from '../page.ts'
import type { ComparedStrategy, Comparison, ConditionResult, MeanPoint } from './comparison.ts'
import { askedOf } from './contest.ts'
import { intervalText } from './quality.ts'

const scaleOf = ({ measure }: Comparison): number => (measure === 'accuracy' ? 100 : 1)

const axisOf = ({ measure }: Comparison): AxisOptions & { readonly format: string } =>
  measure === 'accuracy'
    ? { label: 'test accuracy (%)', logarithmic: false, within: [0, 100], format: '.1f' }
    : { label: 'test loss', format: '.3~g' }

interface Against {
  readonly title: string
  readonly unit: (most: number) => Unit
  readonly label: (unit: Unit) => string
  readonly value: (point: MeanPoint) => number
}

const MS = 1000

const AGAINST: readonly Against[] = [
  {
    title: 'bytes',
    unit: bytesUnit,
    label: ({ name }) => `sent by each peer (${name})`,
    value: ({ bytes }) => bytes
  },
  {
    title: 'time',
    unit: (most) => timeUnit(most),
    label: ({ name }) => `time of the run (${name})`,
    value: ({ seconds }) => MS * seconds
  }
]

const curves = (comparison: Comparison, { title, unit, label, value }: Against): Block | null => {
  const all = comparison.strategies.map((strategy) => ({
    name: strategy.strategy,
    curve: askedOf(strategy)?.curve ?? []
  }))
  const most = Math.max(0, ...all.flatMap(({ curve }) => curve.map(value)))
  const { name, size } = unit(most)
  const scale = scaleOf(comparison)
  const axis = axisOf(comparison)
  const figure = linesFigure({
    label: `${axis.label} of every strategy against ${title}`,
    x: { label: label({ name, size }), format: '.3~g' },
    y: axis,
    lines: all.map(({ name, curve }) => ({
      name,
      points: curve.map((point) => {
        const { mean, half } = point.quality
        const band = half === null ? {} : { half: scale * half }
        return { x: value(point) / size, y: scale * mean, ...band }
      })
    }))
  })
  if (figure === null) return null
  const bands = comparison.seeds.length > 1 ? 'Bands: 95 % intervals of the mean. ' : ''
  return {
    title: `Against ${title}`,
    figure,
    caption: html`${bands}The scenario as asked, each strategy with its chosen setting.`
  }
}

const pointOf = (
  comparison: Comparison,
  strategy: ComparedStrategy,
  condition: ConditionResult,
  x: number | string
): SpreadPoint[] => {
  const { quality, text } = condition
  if (quality === null) return []
  const scale = scaleOf(comparison)
  return [
    {
      x,
      mean: scale * quality.mean,
      deviation: scale * (quality.half ?? 0),
      title: `${strategy.strategy}, ${text}: ${intervalText(comparison.measure, quality)}`
    }
  ]
}

const spread = (
  comparison: Comparison,
  title: string,
  label: string,
  chosen: (condition: ConditionResult) => boolean,
  place: (condition: ConditionResult) => number | string
): Block | null => {
  const series = comparison.strategies.map(
    (strategy): SpreadSeries => ({
      name: strategy.strategy,
      points: strategy.conditions
        .filter(chosen)
        .flatMap((condition) => pointOf(comparison, strategy, condition, place(condition)))
        .sort((a, b) => (typeof a.x === 'number' && typeof b.x === 'number' ? a.x - b.x : 0))
    })
  )
  const values = [...new Set(series.flatMap(({ points }) => points.map(({ x }) => x)))]
  if (values.length < 2) return null
  const { format: _format, ...axis } = axisOf(comparison)
  const figure = spreadFigure({
    label: `${axis.label} of every strategy ${title.toLowerCase()}`,
    x: { label, values },
    y: axis,
    series
  })
  if (figure === null) return null
  const bars = comparison.seeds.length > 1 ? 'Bars: 95 % intervals of the mean. ' : ''
  return {
    title,
    figure,
    caption: html`${bars}Settings are those chosen for the scenario as asked.`
  }
}

export const strategyCharts = (comparison: Comparison): readonly Block[] =>
  [
    ...AGAINST.map((against) => curves(comparison, against)),
    spread(
      comparison,
      'Against peers',
      'peers',
      ({ kind }) => kind === 'asked' || kind === 'peers',
      ({ peers }) => peers
    ),
    spread(
      comparison,
      'Under loss and churn',
      '',
      ({ kind }) => kind !== 'peers',
      ({ label }) => label
    )
  ].filter((block) => block !== null)
