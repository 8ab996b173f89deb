/** What the overview of time and its close-ups share: a row for each peer, and what befell them. */
import type { Unit } from '../charts/axes.ts'
import { COLOUR, type LegendEntry, type Mark, mark } from '../charts/figure.ts'
import type { Absence, Span, Split } from '../rounds/absences.ts'

export const LEGEND = {
  compute: { label: 'compute: local steps', colour: COLOUR.compute, shape: 'block' },
  exchange: { label: 'exchange: encoding and mixing', colour: COLOUR.exchange, shape: 'block' },
  wait: { label: 'wait', colour: COLOUR.wait, shape: 'block' },
  away: { label: 'away', colour: COLOUR.away, shape: 'block' },
  split: { label: 'network partitioned', colour: COLOUR.fault, shape: 'area' }
} as const satisfies Readonly<Record<string, LegendEntry>>

export const ROW_MARGIN = {
  marginTop: 22,
  marginRight: 76,
  marginBottom: 40,
  marginLeft: 64
} as const

/** Rows get lower where there are many. */
const rowPixels = (rows: number): number => Math.max(13, Math.min(28, Math.floor(640 / rows)))

export const rowsHeight = (rows: number): number =>
  ROW_MARGIN.marginTop + ROW_MARGIN.marginBottom + rows * rowPixels(rows)

/** Share of a row that is left free above and below. */
const GAP = 0.12

export const rowEdges = (row: number): { readonly top: number; readonly bottom: number } => ({
  top: row + GAP,
  bottom: row + 1 - GAP
})

export const rowLabels = (peers: readonly number[], start: number): readonly Mark[] => [
  mark(
    'text',
    {
      x: peers.map(() => start),
      y: peers.map((_, row) => row + 0.5),
      text: peers.map((peer) => `peer ${peer}`)
    },
    { dx: -8, textAnchor: 'end', fill: COLOUR.muted }
  )
]

/** The part of a span that a view shows; null where it shows none. */
export const visible = <T extends Span>(span: T, view: Span): T | null => {
  const fromMs = Math.max(span.fromMs, view.fromMs)
  const toMs = Math.min(span.toMs, view.toMs)
  return fromMs < toMs ? { ...span, fromMs, toMs } : null
}

const inUnit = (ms: number, { name, size }: Unit): string => `${(ms / size).toPrecision(4)} ${name}`

export const awayMarks = (
  absences: ReadonlyMap<number, readonly Absence[]>,
  rows: ReadonlyMap<number, number>,
  unit: Unit,
  view: Span
): readonly Mark[] => {
  const shown = [...rows].flatMap(([peer, row]) =>
    (absences.get(peer) ?? []).flatMap((absence) => {
      const span = visible(absence, view)
      return span === null ? [] : [{ span, absence, peer, ...rowEdges(row) }]
    })
  )
  if (shown.length === 0) return []
  return [
    mark(
      'rect',
      {
        x1: shown.map(({ span }) => span.fromMs / unit.size),
        x2: shown.map(({ span }) => span.toMs / unit.size),
        y1: shown.map(({ top }) => top),
        y2: shown.map(({ bottom }) => bottom),
        title: shown.map(
          ({ peer, absence: { why, fromMs, toMs } }) =>
            `peer ${peer} away (${why})\n${inUnit(fromMs, unit)} to ${inUnit(toMs, unit)}`
        )
      },
      { fill: COLOUR.away, tip: true }
    )
  ]
}

export const splitMarks = (
  splits: readonly Split[],
  rows: number,
  unit: Unit,
  view: Span
): readonly Mark[] => {
  const shown = splits.flatMap((split) => visible(split, view) ?? [])
  if (shown.length === 0) return []
  const x1 = shown.map(({ fromMs }) => fromMs / unit.size)
  const x2 = shown.map(({ toMs }) => toMs / unit.size)
  const [y1, y2] = [shown.map(() => 0), shown.map(() => rows)]
  return [
    mark('rect', { x1, x2, y1, y2 }, { fill: COLOUR.fault, fillOpacity: 0.16 }),
    mark(
      'ruleX',
      { x: [...x1, ...x2], y1: [...y1, ...y1], y2: [...y2, ...y2] },
      { stroke: COLOUR.fault, strokeDasharray: '3 2' }
    ),
    mark(
      'text',
      {
        x: x1,
        y: y1,
        text: shown.map(
          ({ detail }) => `partition${detail === null ? '' : ` ${detail.slice(0, 40)}`}`
        )
      },
      { dy: -9, textAnchor: 'start', fill: COLOUR.fault, fontWeight: 600 }
    )
  ]
}
