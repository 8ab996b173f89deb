/** Means with their deviations against one setting, a series for each value of another. */
import { isLogarithmic } from './axes.ts'
import { type Figure, type LegendEntry, type Mark, mark } from './figure.ts'
import { styleOf } from './lines-figure.ts'
import { type AxisOptions, MARGIN, MARGINS, type ValueAxis, valueAxis } from './value-axis.ts'

export interface SpreadPoint {
  /** Number on a numeric axis, else the name of a place. */
  readonly x: number | string
  readonly mean: number
  readonly deviation: number
  /** Said in the tooltip: the deviation in figures, the number of runs. */
  readonly title: string
}

export interface SpreadSeries {
  readonly name: string
  readonly points: readonly SpreadPoint[]
}

export interface SpreadFigure {
  readonly label: string
  readonly x: { readonly label: string; readonly values: ReadonlyArray<number | string> }
  readonly y: AxisOptions
  readonly series: readonly SpreadSeries[]
}

const HEIGHT = 280
/** Between the dots of two series over the same name, and over the same number. */
const BESIDE_PX = 11
const BESIDE_NUMBER_PX = 4
/** Width of a character of an axis at 12 px. */
const LETTER_PX = 6.6

const isNumeric = (values: ReadonlyArray<number | string>): values is readonly number[] =>
  values.every((value) => typeof value === 'number')

interface Place {
  readonly numeric: boolean
  /** Pixels that a series is moved by, so that equal values stand side by side. */
  readonly dx: number
}

const seriesMarks = (
  { points }: SpreadSeries,
  index: number,
  place: Place,
  [low, high]: ValueAxis['domain']
): readonly Mark[] => {
  const { colour, dash } = styleOf(index)
  const x = points.map((point) => point.x)
  const y = points.map(({ mean }) => mean)
  const { dx, numeric } = place
  const spread = points.filter(({ deviation }) => deviation > 0)
  // A bar that would reach 0 or below on a logarithmic axis, or past what can be, ends with the axis.
  const inside = (value: number): number => Math.min(high, Math.max(low, value))
  return [
    ...(numeric && points.length > 1
      ? [mark('line', { x, y }, { stroke: colour, strokeDasharray: dash, strokeWidth: 1.6, dx })]
      : []),
    // A bar without length would be drawn as a tail of its dot.
    ...(spread.length === 0
      ? []
      : [
          mark(
            'ruleX',
            {
              x: spread.map((point) => point.x),
              y1: spread.map(({ mean, deviation }) => inside(mean - deviation)),
              y2: spread.map(({ mean, deviation }) => inside(mean + deviation))
            },
            { stroke: colour, strokeWidth: 1.6, dx, marker: 'tick' }
          )
        ]),
    mark(
      'dot',
      { x, y, title: points.map(({ title }) => title) },
      { r: 4, fill: colour, dx, tip: true }
    )
  ]
}

const xScale = ({ label, values }: SpreadFigure['x']): Readonly<Record<string, unknown>> => {
  if (!isNumeric(values)) return { type: 'point', label, domain: values, padding: 0.7 }
  const options = { label, labelAnchor: 'center', ticks: [...values], tickFormat: '~g', inset: 14 }
  return isLogarithmic(values) ? { ...options, type: 'log' } : options
}

/** Null where no series has a point. */
export const spreadFigure = ({ label, x, y, series }: SpreadFigure): Figure | null => {
  const all = series.flatMap(({ points }) => points)
  const positive = all.every(({ mean }) => mean > 0)
  const ends = all.flatMap(({ mean, deviation }) => [mean - deviation, mean, mean + deviation])
  const logarithmic = positive && isLogarithmic(all.map(({ mean }) => mean))
  const axis = valueAxis(logarithmic ? ends.filter((value) => value > 0) : ends, {
    logarithmic,
    ...y
  })
  if (axis === null) return null
  const numeric = isNumeric(x.values)
  const place = (index: number): Place => ({
    numeric,
    dx: (index - (series.length - 1) / 2) * (numeric ? BESIDE_NUMBER_PX : BESIDE_PX)
  })
  const longest = numeric
    ? 0
    : x.values.reduce((most: number, value) => Math.max(most, String(value).length), 0)
  // Names that do not fit side by side are turned.
  const turned = longest * x.values.length * LETTER_PX > 460
  return {
    label,
    height: HEIGHT + (turned ? 3 * longest : 0),
    options: {
      ...MARGINS,
      marginRight: MARGIN.right,
      marginBottom: MARGIN.bottom + (turned ? LETTER_PX * longest * 0.5 : 0),
      x: { ...xScale(x), ...(turned ? { tickRotate: -30 } : {}) },
      y: axis.scale
    },
    marks: series.flatMap((one, index) => seriesMarks(one, index, place(index), axis.domain)),
    ...(series.length < 2
      ? {}
      : {
          legend: series.map(({ name }, index): LegendEntry => {
            const { colour, shape } = styleOf(index)
            return { label: name, colour, shape: numeric ? shape : 'dot' }
          })
        })
  }
}
