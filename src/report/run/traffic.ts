/** Charts of what was sent: over the rounds, and by kind of message. */
import type { Results } from '../../storage/results.ts'
import { kindName } from '../../strategy/kind-name.ts'
import { bytesUnit, logTicks, spread } from '../charts/axes.ts'
import { COLOUR, type Figure, mark } from '../charts/figure.ts'
import { MARGIN, MARGINS } from '../charts/value-axis.ts'
import { bytesText } from '../figures.ts'
import { type Html, html } from '../html.ts'
import type { Block } from '../page.ts'

const HEIGHT = 320
const MAX_POINTS = 800

interface KindTotals {
  readonly name: string
  readonly frames: number
  /** Of each peer that sent any. */
  readonly bytes: readonly { readonly peer: number; readonly bytes: number }[]
  readonly total: number
}

/** The largest first. */
export const totalsByKind = ({ peersDetail, strategy }: Results): readonly KindTotals[] => {
  const kinds = new Set(peersDetail.flatMap(({ sentByKind }) => Object.keys(sentByKind)))
  return [...kinds]
    .map((kind) => {
      const sent = peersDetail.flatMap(({ peer, sentByKind }) => {
        const counted = sentByKind[kind]
        return counted === undefined || counted.frames === 0 ? [] : [{ peer, ...counted }]
      })
      return {
        name: kindName(strategy, Number(kind)) ?? `kind ${kind}`,
        frames: sent.reduce((sum, { frames }) => sum + frames, 0),
        bytes: sent,
        total: sent.reduce((sum, { bytes }) => sum + bytes, 0)
      }
    })
    .filter(({ frames }) => frames > 0)
    .sort((a, b) => b.total - a.total)
}

const overRounds = ({ history }: Results): Figure | null => {
  const points = spread(history, MAX_POINTS)
  const most = points.reduce((high, { bytesSent }) => Math.max(high, bytesSent), 0)
  if (most === 0) return null
  const unit = bytesUnit(most)
  const x = points.map(({ round }) => round)
  const y = points.map(({ bytesSent }) => bytesSent / unit.size)
  return {
    label: 'Bytes that a peer has sent since the start, over the rounds',
    height: HEIGHT,
    options: {
      ...MARGINS,
      x: { label: 'round', labelAnchor: 'center' },
      y: { label: `sent since the start (${unit.name})`, grid: true, zero: true }
    },
    marks: [
      mark('areaY', { x, y1: y.map(() => 0), y2: y }, { fill: COLOUR.main, fillOpacity: 0.15 }),
      mark(
        'line',
        { x, y },
        { stroke: COLOUR.main, strokeWidth: 2, tip: { format: { x: 'd', y: '.3~f' } } }
      )
    ]
  }
}

/** Dots of this many peers at most; the ticks are of all. */
const MAX_DOTS = 256

const byKind = (totals: readonly KindTotals[], peers: number): Figure => {
  const dots = totals.flatMap(({ name, bytes }) =>
    spread(bytes, MAX_DOTS).map((sent) => ({ name, ...sent }))
  )
  const peer = dots.map((dot) => dot.peer)
  const sent = dots.map(({ bytes }) => bytes)
  const least = sent.reduce((a, b) => Math.min(a, b), Infinity)
  const most = sent.reduce((a, b) => Math.max(a, b), 0)
  return {
    label: 'Bytes sent by each peer, by kind of message, on a logarithmic axis',
    height: 90 + 40 * totals.length,
    options: {
      marginTop: 12,
      marginLeft: 76,
      marginBottom: MARGIN.bottom,
      x: {
        type: 'log',
        label: 'bytes sent by a peer',
        labelAnchor: 'center',
        grid: true,
        ticks: logTicks(least, most),
        tickFormat: '~s'
      },
      y: { label: null, domain: totals.map(({ name }) => name), tickSize: 0 }
    },
    marks: [
      mark(
        'dot',
        { x: sent, y: dots.map(({ name }) => name) },
        {
          r: 4,
          fill: COLOUR.main,
          fillOpacity: 0.35,
          channels: { peer: { value: peer, label: 'peer' } },
          tip: { format: { peer: 'd', x: ',d' } }
        }
      ),
      mark(
        'tickX',
        { x: totals.map(({ total }) => total / peers), y: totals.map(({ name }) => name) },
        { stroke: COLOUR.ink, strokeWidth: 2, insetTop: 6, insetBottom: 6 }
      )
    ],
    legend: [
      { label: 'one peer', colour: COLOUR.main, shape: 'dot' },
      { label: 'mean over the peers', colour: COLOUR.ink, shape: 'line' }
    ]
  }
}

const shareText = (share: number): string =>
  share >= 0.001 ? `${(100 * share).toFixed(1)} %` : 'below 0.1 %'

const kindTable = (totals: readonly KindTotals[]): Html => {
  const all = totals.reduce((sum, { total }) => sum + total, 0)
  return html`<div class="scroll"><table>
<thead><tr><th class="text" scope="col">message</th><th scope="col">frames</th><th scope="col">bytes, all peers</th><th scope="col">share</th></tr></thead>
<tbody>${totals.map(
    ({ name, frames, total }) =>
      html`<tr><td class="text">${name}</td><td>${frames.toLocaleString('en')}</td><td>${bytesText(total)}</td><td>${shareText(total / all)}</td></tr>
`
  )}</tbody>
</table></div>`
}

export const trafficBlocks = (results: Results): readonly Block[] => {
  const rounds = overRounds(results)
  const totals = totalsByKind(results)
  return [
    ...(rounds === null
      ? []
      : [
          {
            title: 'Bytes sent',
            figure: rounds,
            caption: html`Mean over the peers; frames with headers and control.`
          }
        ]),
    ...(totals.length === 0
      ? []
      : [
          {
            title: 'Bytes by kind of message',
            wide: true,
            beside: true,
            figure: byKind(totals, results.peersDetail.length),
            caption: html`The axis is logarithmic: the exchanges carry the model, all else is control.`,
            body: kindTable(totals)
          }
        ])
  ]
}
