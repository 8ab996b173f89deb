/** Where every peer's time went: an overview of the whole run. */
import type { Results } from '../../storage/results.ts'
import { timeUnit, type Unit } from '../charts/axes.ts'
import { COLOUR, type Figure, type LegendEntry, type Mark, mark } from '../charts/figure.ts'
import { html } from '../html.ts'
import { type Block, missing } from '../page.ts'
import { type Absence, absencesOf, type Split, splitsOf } from '../rounds/absences.ts'
import { chosenNote, chosenPeers } from '../rounds/chosen-peers.ts'
import type { PeerRounds, Rounds } from '../rounds/digest.ts'
import { endOf } from '../rounds/windows.ts'
import { closeUpBlocks } from './close-up.ts'
import {
  awayMarks,
  LEGEND,
  ROW_MARGIN,
  rowEdges,
  rowLabels,
  rowsHeight,
  splitMarks
} from './time-rows.ts'

const TITLE = 'Where the time went'

interface Shares {
  readonly x: number[]
  readonly base: number[]
  readonly compute: number[]
  readonly exchange: number[]
  readonly z: number[]
}

/** Steps of a row's areas: in every block, heights are shares of the time that the peer was there. */
const sharesOf = (
  peers: readonly PeerRounds[],
  rows: ReadonlyMap<number, number>,
  unit: Unit
): Shares => {
  const shares: Shares = { x: [], base: [], compute: [], exchange: [], z: [] }
  for (const { peer, blocks } of peers) {
    const { top, bottom } = rowEdges(rows.get(peer)!)
    for (const { fromMs, toMs, computeMs, exchangeMs, waitMs } of blocks) {
      const all = computeMs + exchangeMs + waitMs
      const compute = bottom - ((bottom - top) * computeMs) / all
      const exchange = compute - ((bottom - top) * exchangeMs) / all
      for (const at of [fromMs, toMs]) {
        shares.x.push(at / unit.size)
        shares.base.push(bottom)
        shares.compute.push(compute)
        shares.exchange.push(exchange)
        shares.z.push(peer)
      }
    }
  }
  return shares
}

const presence = (
  peers: readonly PeerRounds[],
  rows: ReadonlyMap<number, number>,
  unit: Unit
): Mark => {
  const there = peers.filter(({ blocks }) => blocks.length > 0)
  const edges = there.map(({ peer }) => rowEdges(rows.get(peer)!))
  return mark(
    'rect',
    {
      x1: there.map(({ blocks }) => blocks[0]!.fromMs / unit.size),
      x2: there.map(({ blocks }) => blocks.at(-1)!.toMs / unit.size),
      y1: edges.map(({ top }) => top),
      y2: edges.map(({ bottom }) => bottom)
    },
    { fill: COLOUR.wait }
  )
}

/** What part of its time each peer computed, beside its row. */
const busyLabels = (
  peers: readonly PeerRounds[],
  rows: ReadonlyMap<number, number>,
  end: number
): readonly Mark[] => {
  const timed = peers.filter(({ blocks }) => blocks.length > 0)
  const shares = timed.map(({ blocks }) => {
    const sum = (name: 'computeMs' | 'exchangeMs' | 'waitMs'): number =>
      blocks.reduce((total, block) => total + block[name], 0)
    const compute = sum('computeMs')
    return `${((100 * compute) / (compute + sum('exchangeMs') + sum('waitMs'))).toFixed(0)} %`
  })
  const options = { dx: 8, textAnchor: 'start', fill: COLOUR.muted }
  return [
    mark(
      'text',
      { x: timed.map(() => end), y: timed.map(({ peer }) => rows.get(peer)! + 0.5), text: shares },
      options
    ),
    mark('text', { x: [end], y: [0], text: ['computing'] }, { ...options, dy: -9 })
  ]
}

interface Scene {
  readonly peers: readonly number[]
  readonly timed: readonly PeerRounds[]
  readonly absences: ReadonlyMap<number, readonly Absence[]>
  readonly splits: readonly Split[]
  readonly endMs: number
}

const legendOf = ({ timed, absences, splits }: Scene): readonly LegendEntry[] => [
  ...(timed.length === 0 ? [] : [LEGEND.compute, LEGEND.exchange, LEGEND.wait]),
  ...(absences.size === 0 ? [] : [LEGEND.away]),
  ...(splits.length === 0 ? [] : [LEGEND.split])
]

const figureOf = (scene: Scene): Figure => {
  const { peers, timed, absences, splits, endMs } = scene
  const unit = timeUnit(endMs)
  const rows = new Map(peers.map((peer, row) => [peer, row]))
  const { x, base, compute, exchange, z } = sharesOf(timed, rows, unit)
  const end = endMs / unit.size
  return {
    label:
      'Timeline of every peer: shares of time spent computing, exchanging and waiting, and absences',
    height: rowsHeight(peers.length),
    options: {
      ...ROW_MARGIN,
      x: { label: `time (${unit.name})`, labelAnchor: 'center', domain: [0, end] },
      y: { axis: null, domain: [peers.length, 0] }
    },
    marks: [
      presence(timed, rows, unit),
      mark('areaY', { x, y1: base, y2: compute, z }, { fill: COLOUR.compute }),
      mark('areaY', { x, y1: compute, y2: exchange, z }, { fill: COLOUR.exchange }),
      ...awayMarks(absences, rows, unit, { fromMs: 0, toMs: endMs }),
      ...splitMarks(splits, peers.length, unit, { fromMs: 0, toMs: endMs }),
      ...rowLabels(peers, 0),
      ...busyLabels(timed, rows, end)
    ],
    legend: legendOf(scene)
  }
}

const why = (rounds: Rounds | null): string =>
  rounds === null
    ? 'Left out: there is no rounds.jsonl beside the results.'
    : 'Left out: the records in rounds.jsonl do not say how long peers computed.'

export const timelineBlocks = (results: Results, rounds: Rounds | null): readonly Block[] => {
  const endMs = Math.max(endOf(results) ?? 0, rounds?.endMs ?? 0)
  const { log } = results.faults
  const absences = absencesOf(log, endMs)
  const splits = splitsOf(log, endMs)
  const timed = rounds?.peers.filter(({ blocks }) => blocks.length > 0) ?? []
  if (timed.length === 0 && log.length === 0) return [missing(TITLE, why(rounds))]
  const peers = chosenPeers(results).map(({ peer }) => peer)
  const clock =
    results.mode === 'live' ? ' Each peer counts from the moment its own network was up.' : ''
  return [
    {
      title: TITLE,
      wide: true,
      figure: figureOf({ peers, timed, absences, splits, endMs }),
      caption: html`One row for each peer. Heights are shares of its time: local steps from below, encoding and mixing above them, waiting the rest.${timed.length === 0 ? ` ${why(rounds)}` : ''}${clock}${chosenNote(results)}`
    },
    ...(rounds === null ? [] : closeUpBlocks(results, rounds, absences, splits))
  ]
}
