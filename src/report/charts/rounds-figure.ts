/** A figure over the rounds of a run: mean, band from worst to best, references, every peer on demand. */
import { COLOUR, type Figure, type Layer, type LegendEntry, type Mark, mark } from './figure.ts'
import { type EndLabel, endLabels, labelRoom } from './labels.ts'
import { type AxisOptions, MARGINS, valueAxis } from './value-axis.ts'

export interface RoundPoint {
  readonly round: number
  readonly mean: number
  readonly low?: number | undefined
  readonly high?: number | undefined
}

/** A value that others reached, drawn across the chart. */
export interface Reference {
  readonly name: string
  readonly value: number
  readonly colour: string
}

export interface PeerLine {
  readonly peer: number
  readonly points: ReadonlyArray<{ readonly round: number; readonly value: number }>
}

export interface RoundsFigure {
  readonly label: string
  /** In the legend: `mean of the peers`. */
  readonly name: string
  readonly axis: AxisOptions
  /** d3's format of a value in a tooltip. */
  readonly format: string
  /** Of a value beside the chart. */
  readonly text: (value: number) => string
  readonly points: readonly RoundPoint[]
  readonly references?: readonly Reference[]
  readonly peers?: readonly PeerLine[]
}

const HEIGHT = 320

const peersLayer = (peers: readonly PeerLine[], format: string): Layer => {
  const all = peers.flatMap(({ peer, points }) => points.map((point) => ({ ...point, peer })))
  const number = all.map(({ peer }) => peer)
  return {
    name: "every peer's line",
    shown: false,
    marks: [
      mark(
        'line',
        {
          x: all.map(({ round }) => round),
          y: all.map(({ value }) => value),
          z: number
        },
        {
          stroke: COLOUR.muted,
          strokeOpacity: 0.5,
          strokeWidth: 1,
          channels: { peer: { value: number, label: 'peer' } },
          tip: { format: { peer: 'd', x: 'd', y: format, z: null } }
        }
      )
    ]
  }
}

const band = (points: readonly RoundPoint[]): readonly Mark[] => {
  const wide = points.filter(({ low, high }) => low !== undefined && high !== undefined)
  if (wide.length === 0) return []
  return [
    mark(
      'areaY',
      {
        x: wide.map(({ round }) => round),
        y1: wide.map(({ low }) => low!),
        y2: wide.map(({ high }) => high!)
      },
      { fill: COLOUR.main, fillOpacity: 0.22 }
    )
  ]
}

const meanLine = (points: readonly RoundPoint[], format: string): Mark => {
  const x = points.map(({ round }) => round)
  const y = points.map(({ mean: value }) => value)
  const hasBand = points.some(({ low }) => low !== undefined)
  const edges = {
    low: { value: points.map(({ low }) => low ?? null), label: 'lowest peer' },
    high: { value: points.map(({ high }) => high ?? null), label: 'highest peer' }
  }
  // A line of one point would not be seen.
  return mark(
    points.length === 1 ? 'dot' : 'line',
    { x, y },
    {
      stroke: COLOUR.main,
      strokeWidth: 2,
      ...(hasBand ? { channels: edges } : {}),
      tip: { format: { x: 'd', y: format, low: format, high: format } }
    }
  )
}

/** Null where there are no points. */
export const roundsFigure = (wanted: RoundsFigure): Figure | null => {
  const { points, references = [], peers = [], format, text } = wanted
  const lines = peers.filter(({ points: own }) => own.length > 0)
  const axis = valueAxis(
    [
      ...points.flatMap(({ mean: value, low, high }) => [value, low ?? value, high ?? value]),
      ...references.map(({ value }) => value),
      ...lines.flatMap(({ points: own }) => own.map(({ value }) => value))
    ],
    wanted.axis
  )
  const last = points.at(-1)
  if (axis === null || last === undefined) return null
  const labels: readonly EndLabel[] = [
    { text: `swarm ${text(last.mean)}`, value: last.mean, colour: COLOUR.main },
    ...references.map(({ name, value, colour }) => ({
      text: `${name} ${text(value)}`,
      value,
      colour
    }))
  ]
  const hasBand = points.some(({ low }) => low !== undefined)
  const legend: readonly LegendEntry[] = [
    { label: wanted.name, colour: COLOUR.main, shape: 'line' },
    ...(hasBand
      ? [{ label: 'from worst to best peer', colour: COLOUR.main, shape: 'area' } as const]
      : [])
  ]
  const first = Math.min(points[0]!.round, ...lines.map(({ points: own }) => own[0]!.round))
  const end = Math.max(last.round, ...lines.map(({ points: own }) => own.at(-1)!.round))
  return {
    label: wanted.label,
    height: HEIGHT,
    options: {
      ...MARGINS,
      marginRight: labelRoom(labels),
      x: { label: 'round', labelAnchor: 'center', domain: [first, Math.max(end, first + 1)] },
      y: axis.scale
    },
    ...(lines.length === 0 ? {} : { layers: [peersLayer(lines, format)] }),
    marks: [
      ...references.map(({ value, colour }) =>
        mark('ruleY', { y: [value] }, { stroke: colour, strokeDasharray: '5 3', strokeWidth: 1.5 })
      ),
      ...band(points),
      meanLine(points, format),
      ...endLabels(labels, Math.max(end, first + 1), axis, HEIGHT)
    ],
    legend
  }
}
