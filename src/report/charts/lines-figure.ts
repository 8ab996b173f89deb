/** Several runs on shared axes, one line for each. */
import { isLogarithmic, logTicks } from './axes.ts'
import { type Figure, type LegendEntry, type Mark, mark, SERIES } from './figure.ts'
import { type AxisOptions, MARGIN, MARGINS, valueAxis } from './value-axis.ts'

export interface LinePoint {
  readonly x: number
  readonly y: number
  /** How far above and below it may be: drawn as a band. */
  readonly half?: number
}

export interface Line {
  readonly name: string
  readonly points: readonly LinePoint[]
}

export interface LinesFigure {
  readonly label: string
  readonly x: { readonly label: string; readonly format: string }
  readonly y: AxisOptions & { readonly format: string }
  readonly lines: readonly Line[]
  /** More about the same lines, on demand: the worst peer beside the mean. */
  readonly more?: { readonly name: string; readonly lines: readonly Line[] }
}

const HEIGHT = 340
/** Lines that end so far apart would leave most of a linear axis to one of them. */
const FAR_APART = 8

/** Colours come round again with other dashes. */
const DASHES = [
  { dash: 'none', shape: 'line' },
  { dash: '7 3', shape: 'dashed' },
  { dash: '2 2', shape: 'dotted' }
] as const

/** Lines that can be told apart by colour and dash. */
export const MAX_STYLES = SERIES.length * DASHES.length

export interface Style {
  readonly colour: string
  readonly dash: string
  readonly shape: LegendEntry['shape']
}

export const styleOf = (index: number): Style => ({
  colour: SERIES[index % SERIES.length]!,
  ...DASHES[Math.floor(index / SERIES.length) % DASHES.length]!
})

const pathOf = ({ points }: Line, { colour, dash }: Style, options: object): Mark =>
  mark(
    'line',
    { x: points.map(({ x }) => x), y: points.map(({ y }) => y) },
    { stroke: colour, strokeDasharray: dash, ...options }
  )

const BAND = 0.15

/** None where nothing is said of how sure a line is. */
const bandOf = ({ points }: Line, { colour }: Style): readonly Mark[] => {
  const sure = points.flatMap(({ x, y, half }) => (half === undefined ? [] : [{ x, y, half }]))
  if (sure.length === 0) return []
  const columns = {
    x: sure.map(({ x }) => x),
    y1: sure.map(({ y, half }) => y - half),
    y2: sure.map(({ y, half }) => y + half)
  }
  return [mark('areaY', columns, { fill: colour, fillOpacity: BAND, clip: true })]
}

/** Not seen: what the pointer finds, so that one tooltip speaks for all lines. */
const pointerMark = ({ lines, x, y }: LinesFigure): Mark => {
  const all = lines.flatMap(({ name, points }) => points.map((point) => ({ name, ...point })))
  const run = all.map(({ name }) => name)
  return mark(
    'dot',
    { x: all.map((point) => point.x), y: all.map((point) => point.y) },
    {
      r: 3,
      fill: 'transparent',
      stroke: 'none',
      channels: { run: { value: run, label: 'run' } },
      tip: { format: { run: true, x: x.format, y: y.format } }
    }
  )
}

/** Null where no line has a point. Lines keep their style where others are left out. */
export const linesFigure = (wanted: LinesFigure): Figure | null => {
  const { lines, more } = wanted
  const axis = valueAxis(
    [...lines, ...(more?.lines ?? [])].flatMap(({ points }) => points.map(({ y }) => y)),
    wanted.y
  )
  if (axis === null) return null
  const styled = lines.map((line, index) => ({ line, style: styleOf(index) }))
  const drawn = styled.filter(({ line }) => line.points.length > 0)
  const ends = drawn.map(({ line }) => line.points.at(-1)!.x)
  const starts = drawn.map(({ line }) => line.points[0]!.x)
  const logarithmic = isLogarithmic(ends, FAR_APART) && starts.every((x) => x > 0)
  const layer = more?.lines.map((line, index) =>
    pathOf(line, { ...styleOf(index), dash: '1 2' }, { strokeWidth: 1.4 })
  )
  return {
    label: wanted.label,
    height: HEIGHT,
    options: {
      ...MARGINS,
      marginRight: MARGIN.right,
      x: {
        label: wanted.x.label,
        labelAnchor: 'center',
        ...(logarithmic
          ? {
              type: 'log',
              tickFormat: '~g',
              ticks: logTicks(Math.min(...starts), Math.max(...ends))
            }
          : {})
      },
      y: axis.scale
    },
    ...(more === undefined || layer === undefined
      ? {}
      : {
          layers: [
            { name: more.name, shown: false, marks: layer.filter(({ length }) => length !== 0) }
          ]
        }),
    marks: [
      ...drawn.flatMap(({ line, style }) => bandOf(line, style)),
      ...drawn.map(({ line, style }) => pathOf(line, style, { strokeWidth: 2 })),
      pointerMark(wanted)
    ],
    legend: drawn.map(({ line, style }) => ({
      label: line.name,
      colour: style.colour,
      shape: style.shape
    }))
  }
}
