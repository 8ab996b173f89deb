/** Who talked to whom, as a graph on a circle, moment by moment. */
import type { GraphEntry, Results } from '../../storage/results.ts'
import { spread, timeUnit } from '../charts/axes.ts'
import { COLOUR, type Frame, type Mark, mark } from '../charts/figure.ts'
import { percent } from '../figures.ts'
import { html } from '../html.ts'
import { type Block, missing } from '../page.ts'
import { type Absence, absencesOf, isAway } from '../rounds/absences.ts'
import { endOf } from '../rounds/windows.ts'
import { graphsOf } from './graph-frames.ts'

const TITLE = 'Who talked to whom'
/** More numbers than this on a circle would overlap. */
const MAX_NAMED = 64
const MAX_MULTIPLES = 9
/** Numbers stand this far outside the circle of radius 1. */
const NAME_RADIUS = 1.09

const angleOf = (peer: number, peers: number): number => (2 * Math.PI * peer) / peers
const xOf = (peer: number, peers: number): number => Math.sin(angleOf(peer, peers))
const yOf = (peer: number, peers: number): number => Math.cos(angleOf(peer, peers))

const edgesMark = ({ edges }: GraphEntry, peers: number): Mark =>
  mark(
    'link',
    {
      x1: edges.map(([a]) => xOf(a, peers)),
      y1: edges.map(([a]) => yOf(a, peers)),
      x2: edges.map(([, b]) => xOf(b, peers)),
      y2: edges.map(([, b]) => yOf(b, peers))
    },
    { stroke: COLOUR.muted, strokeOpacity: 0.7, strokeWidth: peers > MAX_NAMED ? 0.6 : 1.3 }
  )

const degreesOf = ({ edges }: GraphEntry, peers: number): readonly number[] => {
  const degrees = new Array<number>(peers).fill(0)
  for (const edge of edges) for (const end of edge) degrees[end]! += 1
  return degrees
}

const dots = (
  shown: readonly number[],
  entry: GraphEntry,
  results: Results,
  away: boolean
): readonly Mark[] => {
  if (shown.length === 0) return []
  const { peers, peersDetail } = results
  const degrees = degreesOf(entry, peers)
  const accuracy = new Map(peersDetail.map((detail) => [detail.peer, detail.accuracy]))
  const title = shown.map((peer) => {
    const reached = accuracy.get(peer) ?? null
    const last = reached === null ? '' : `\n${percent(reached)} in the end`
    return `peer ${peer}${away ? ', away' : ''}\n${degrees[peer]} neighbours${last}`
  })
  const r = peers > MAX_NAMED ? 2.5 : 5.5
  return [
    mark(
      'dot',
      { x: shown.map((peer) => xOf(peer, peers)), y: shown.map((peer) => yOf(peer, peers)), title },
      away
        ? { r, fill: COLOUR.wait, stroke: COLOUR.away, strokeWidth: 1.5, tip: true }
        : { r, fill: COLOUR.main, tip: true }
    )
  ]
}

const frameOf = (
  entry: GraphEntry,
  results: Results,
  absences: ReadonlyMap<number, readonly Absence[]>
): Frame => {
  const { peers } = results
  const { atMs, round } = entry
  const all = Array.from({ length: peers }, (_, peer) => peer)
  const away = (peer: number): boolean => atMs !== null && isAway(absences.get(peer) ?? [], atMs)
  const unit = timeUnit(endOf(results) ?? 0)
  const when = atMs === null ? '' : `, ${(atMs / unit.size).toFixed(1)} ${unit.name}`
  return {
    label: `round ${round}${when}`,
    marks: [
      ...(entry.edges.length === 0 ? [] : [edgesMark(entry, peers)]),
      ...dots(all.filter(away), entry, results, true),
      ...dots(
        all.filter((peer) => !away(peer)),
        entry,
        results,
        false
      )
    ]
  }
}

const names = (peers: number): readonly Mark[] => {
  if (peers > MAX_NAMED) return []
  const all = Array.from({ length: peers }, (_, peer) => peer)
  return [
    mark(
      'text',
      {
        x: all.map((peer) => NAME_RADIUS * xOf(peer, peers)),
        y: all.map((peer) => NAME_RADIUS * yOf(peer, peers)),
        text: all.map(String)
      },
      { fill: COLOUR.ink }
    )
  ]
}

export const topologyBlock = (results: Results): Block | null => {
  const graphs = graphsOf(results)
  if (graphs === null) return null
  if (typeof graphs === 'string') return missing(TITLE, graphs)
  const { entries, recorded } = graphs
  const absences = absencesOf(results.faults.log, endOf(results) ?? 0)
  const frames = entries.map((entry) => frameOf(entry, results, absences))
  const edge = NAME_RADIUS + 0.08
  const hidden = { axis: null, domain: [-edge, edge] }
  return {
    title: TITLE,
    wide: frames.length > 1,
    beside: frames.length > 1,
    figure: {
      label: 'Graph of the peers on a circle, with an edge between those that exchange',
      height: null,
      options: { margin: 4, x: hidden, y: hidden },
      marks: names(results.peers),
      frames,
      multiples: spread(
        frames.map((_, index) => index),
        MAX_MULTIPLES
      ),
      legend: [
        { label: 'peer', colour: COLOUR.main, shape: 'dot' },
        ...(absences.size === 0 || !recorded
          ? []
          : [{ label: 'away', colour: COLOUR.away, shape: 'hollow' } as const])
      ]
    },
    caption: html`${
      recorded
        ? 'Edges that exchanged at that moment.'
        : 'The run recorded no graphs: these are what its topology says of that many peers, all present.'
    }`
  }
}
