/** Charts of a sweep: every figure against every axis; other axes are colours, then charts of their own. */
import { type SpreadPoint, type SpreadSeries, spreadFigure } from '../charts/spread-figure.ts'
import { html } from '../html.ts'
import type { Block } from '../page.ts'
import { spreadText } from '../spread.ts'
import type { SweepAxis, SweepCell, SweepSummary } from '../sweep-summary.ts'
import { SHOWN, type ShownMetric } from './sweep-metrics.ts'
import { numberOf, shortValue } from './values.ts'

/** Charts of one sweep: more would be a page that nobody scrolls through. */
const MAX_CHARTS = 60

/** Every combination of the values of some axes; one empty combination where there are none. */
const combinations = (
  axes: readonly SweepAxis[]
): ReadonlyArray<Readonly<Record<string, string>>> =>
  axes.reduce<ReadonlyArray<Readonly<Record<string, string>>>>(
    (all, { path, values }) =>
      all.flatMap((settings) => values.map((value) => ({ ...settings, [path]: value }))),
    [{}]
  )

const matches = ({ settings }: SweepCell, wanted: Readonly<Record<string, string>>): boolean =>
  Object.entries(wanted).every(([path, value]) => settings[path] === value)

interface View {
  readonly axis: SweepAxis
  /** Told apart by colour. */
  readonly colours: SweepAxis | null
  /** The same in all of a chart. */
  readonly fixed: Readonly<Record<string, string>>
}

const viewsOf = ({ axes }: SweepSummary): readonly View[] =>
  axes.flatMap((axis) => {
    const [colours = null, ...others] = axes.filter((other) => other !== axis)
    return combinations(others).map((fixed) => ({ axis, colours, fixed }))
  })

const isNumericAxis = ({ values }: SweepAxis): boolean =>
  values.every((value) => numberOf(value) !== null)

const pointOf = (
  cell: SweepCell,
  metric: ShownMetric,
  size: number,
  x: number | string
): SpreadPoint | null => {
  const measured = cell.metrics[metric.name]
  if (measured === null) return null
  const settings = Object.entries(cell.settings).map(
    ([path, value]) => `${path} = ${shortValue(value)}`
  )
  const runs = cell.seeds.length - cell.failed
  return {
    x,
    mean: measured.mean / size,
    deviation: measured.deviation / size,
    title: [`${metric.head}: ${spreadText(metric.name, measured, runs)}`, ...settings].join('\n')
  }
}

const seriesOf = (
  cells: readonly SweepCell[],
  { axis, colours }: View,
  metric: ShownMetric,
  size: number
): readonly SpreadSeries[] => {
  const numeric = isNumericAxis(axis)
  const ordered = numeric
    ? [...axis.values].sort((a, b) => numberOf(a)! - numberOf(b)!)
    : axis.values
  return (colours?.values ?? [null]).map((value) => ({
    name: value === null ? '' : shortValue(value),
    points: ordered.flatMap((setting) => {
      const wanted = {
        [axis.path]: setting,
        ...(colours === null || value === null ? {} : { [colours.path]: value })
      }
      const cell = cells.find((one) => matches(one, wanted))
      const point =
        cell && pointOf(cell, metric, size, numeric ? numberOf(setting)! : shortValue(setting))
      return point === undefined || point === null ? [] : [point]
    })
  }))
}

const chart = (summary: SweepSummary, view: View, metric: ShownMetric): Block | null => {
  const { axis, colours, fixed } = view
  const cells = summary.cells.filter((cell) => matches(cell, fixed))
  const means = cells.flatMap((cell) => cell.metrics[metric.name]?.mean ?? [])
  const unit = metric.unit(means.reduce((most, mean) => Math.max(most, mean), 0))
  const given = Object.entries(fixed).map(([path, value]) => `${path} = ${shortValue(value)}`)
  const numeric = isNumericAxis(axis)
  const figure = spreadFigure({
    label: `${metric.head} against ${axis.path}${given.length === 0 ? '' : `, ${given.join(', ')}`}`,
    x: {
      label: axis.path,
      values: axis.values.map((value) => (numeric ? numberOf(value)! : shortValue(value)))
    },
    y: {
      label: unit.name === '' ? metric.head : `${metric.head} (${unit.name})`,
      ...(metric.within === undefined ? {} : { within: metric.within, logarithmic: false })
    },
    series: seriesOf(cells, view, metric, unit.size)
  })
  if (figure === null) return null
  const by = colours === null ? '' : `Colours: ${colours.path}. `
  return {
    title: `${metric.head} against ${axis.path}`,
    figure,
    caption: html`${by}${given.length === 0 ? null : `With ${given.join(', ')}.`}`
  }
}

export interface SweepCharts {
  readonly path: string
  readonly blocks: readonly Block[]
}

/** By axis, in the sweep's order. `leftOut` counts the charts that were too many. */
export const sweepCharts = (
  summary: SweepSummary
): { readonly groups: readonly SweepCharts[]; readonly leftOut: number } => {
  const all = viewsOf(summary).flatMap((view) =>
    SHOWN.flatMap((metric) => {
      const block = chart(summary, view, metric)
      return block === null ? [] : [{ path: view.axis.path, block }]
    })
  )
  const shown = all.slice(0, MAX_CHARTS)
  const groups = summary.axes.map(({ path }) => ({
    path,
    blocks: shown.filter((one) => one.path === path).map(({ block }) => block)
  }))
  return { groups, leftOut: all.length - shown.length }
}
