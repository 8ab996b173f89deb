/** A few rounds from near: every local step, exchange and wait in its place. */
import type { Results } from '../../storage/results.ts'
import { timeUnit } from '../charts/axes.ts'
import { COLOUR, type Frame, type Mark, mark } from '../charts/figure.ts'
import { html } from '../html.ts'
import type { Block } from '../page.ts'
import type { Absence, Split } from '../rounds/absences.ts'
import { chosenNote, closePeers, MAX_CLOSE_ROWS } from '../rounds/chosen-peers.ts'
import type { CloseUp, PeerRounds, Rounds } from '../rounds/digest.ts'
import type { Segment } from '../rounds/segments.ts'
import {
  awayMarks,
  LEGEND,
  ROW_MARGIN,
  rowEdges,
  rowLabels,
  rowsHeight,
  splitMarks,
  visible
} from './time-rows.ts'

const COLOURS: Readonly<Record<Segment['kind'], string>> = {
  compute: COLOUR.compute,
  exchange: COLOUR.exchange,
  wait: COLOUR.wait
}

const titleOf = (peer: number, { kind, fromMs, toMs }: Segment): string =>
  `peer ${peer}: ${kind} ${(toMs - fromMs).toPrecision(3)} ms`

/** One mark for each kind: a colour that is a constant needs no scale. */
const segmentMarks = (
  peers: readonly PeerRounds[],
  index: number,
  rows: ReadonlyMap<number, number>,
  view: CloseUp
): readonly Mark[] => {
  const unit = timeUnit(view.toMs)
  const all = peers.flatMap(({ peer, closeUps }) =>
    (closeUps[index] ?? []).flatMap((segment) => {
      const span = visible(segment, view)
      return span === null
        ? []
        : [{ span, title: titleOf(peer, segment), ...rowEdges(rows.get(peer)!) }]
    })
  )
  return (['wait', 'compute', 'exchange'] as const).flatMap((kind) => {
    const own = all.filter(({ span }) => span.kind === kind)
    if (own.length === 0) return []
    const columns = {
      x1: own.map(({ span }) => span.fromMs / unit.size),
      x2: own.map(({ span }) => span.toMs / unit.size),
      y1: own.map(({ top }) => top),
      y2: own.map(({ bottom }) => bottom),
      title: own.map(({ title }) => title)
    }
    return [mark('rect', columns, { fill: COLOURS[kind], tip: true })]
  })
}

/** Where any peer has a segment in at least one close-up; else nothing. */
export const closeUpBlocks = (
  results: Results,
  { peers: all, closeUps }: Rounds,
  absences: ReadonlyMap<number, readonly Absence[]>,
  splits: readonly Split[]
): readonly Block[] => {
  const close = new Set(closePeers(results).map(({ peer }) => peer))
  const peers = all.filter(({ peer }) => close.has(peer))
  const rows = new Map(peers.map(({ peer }, row) => [peer, row]))
  const numbers = peers.map(({ peer }) => peer)
  const frames = closeUps.flatMap((view, index): Frame[] => {
    const segments = segmentMarks(peers, index, rows, view)
    if (segments.length === 0) return []
    const unit = timeUnit(view.toMs)
    const from = view.fromMs / unit.size
    return [
      {
        label: view.label,
        options: {
          x: {
            label: `time (${unit.name})`,
            labelAnchor: 'center',
            domain: [from, view.toMs / unit.size]
          }
        },
        marks: [
          ...segments,
          ...awayMarks(absences, rows, unit, view),
          ...splitMarks(splits, numbers.length, unit, view),
          ...rowLabels(numbers, from)
        ]
      }
    ]
  })
  if (frames.length === 0) return []
  const note = chosenNote(results, MAX_CLOSE_ROWS)
  return [
    {
      title: 'A few rounds from near',
      wide: true,
      figure: {
        label: 'Timeline of a few rounds: every local step, exchange and wait of each peer',
        height: rowsHeight(numbers.length),
        options: { ...ROW_MARGIN, marginRight: 16, y: { axis: null, domain: [numbers.length, 0] } },
        marks: [],
        frames,
        legend: [
          LEGEND.compute,
          LEGEND.exchange,
          LEGEND.wait,
          ...(absences.size === 0 ? [] : [LEGEND.away])
        ]
      },
      caption: html`About twelve rounds: first of the beginning, then around the first faults, then of the end. Inside a round, local steps are drawn first, then all encoding and mixing, then all waiting.${note}`
    }
  ]
}
