/** What the same training reaches by other means, beside what the swarm reached. */
import type { Baseline, BaselineName, Results } from '../../storage/results.ts'
import { COLOUR } from '../charts/figure.ts'
import { bytesText, percent, twoDigits } from '../figures.ts'
import { type Html, html } from '../html.ts'
import type { Block } from '../page.ts'

export const BASELINE_COLOUR: Readonly<Record<BaselineName, string>> = {
  alone: COLOUR.alone,
  centralised: COLOUR.centralised,
  'all-reduce': COLOUR.allReduce
}

/** Files of the first version know `alone` by its accuracy only. */
const olderAlone = ({ alone, baselines }: Results): readonly AnyBaseline[] =>
  alone === null || baselines.some(({ name }) => name === 'alone')
    ? []
    : [
        {
          name: 'alone',
          accuracy: { mean: alone.accuracy, worst: alone.worst, best: alone.best },
          loss: null,
          rate: null,
          tried: 0,
          bytesPerPeer: 0
        }
      ]

export interface AnyBaseline {
  readonly name: BaselineName
  readonly accuracy: Baseline['accuracy']
  readonly loss: Baseline['loss'] | null
  /** Learning rate; null: not known. */
  readonly rate: number | null
  /** Learning rates that the validation split chose from; 0: not tuned. */
  readonly tried: number
  readonly bytesPerPeer: number
}

export const baselinesOf = (results: Results): readonly AnyBaseline[] => [
  ...olderAlone(results),
  ...results.baselines.map(({ name, accuracy, loss, learningRate, grid, bytesPerPeer }) => ({
    name,
    accuracy,
    loss,
    rate: learningRate,
    tried: grid.length,
    bytesPerPeer
  }))
]

const HEAD = ['', 'accuracy, mean', 'worst', 'best', 'test loss', 'learning rate', 'sent per peer']

const rateText = ({ rate, tried }: AnyBaseline): string => {
  if (rate === null) return '-'
  return tried === 0 ? String(rate) : `${rate} (best of ${tried})`
}

const row = (colour: string, cells: readonly string[]): Html =>
  html`<tr>${cells.map((cell, index) =>
    index === 0
      ? html`<td class="text"><span class="swatch" style="background: ${colour}"></span>${cell}</td>`
      : html`<td>${cell}</td>`
  )}</tr>
`

const ownRow = ({ accuracy, loss, bytes, document }: Results): Html => {
  const training = document?.['training'] as { readonly learningRate?: unknown } | undefined
  const rate = typeof training?.learningRate === 'number' ? String(training.learningRate) : '-'
  return row(COLOUR.main, [
    'this swarm',
    percent(accuracy?.mean ?? null),
    percent(accuracy?.worst ?? null),
    percent(accuracy?.best ?? null),
    twoDigits(loss?.mean ?? null),
    rate,
    `${bytesText(bytes.sentPerPeer)}, measured`
  ])
}

/** The table of baselines; null where the run has none. */
export const baselinesBlock = (results: Results): Block | null => {
  const baselines = baselinesOf(results)
  if (baselines.length === 0) return null
  const rows = baselines.map((baseline) =>
    row(BASELINE_COLOUR[baseline.name], [
      baseline.name,
      percent(baseline.accuracy?.mean ?? null),
      percent(baseline.accuracy?.worst ?? null),
      percent(baseline.accuracy?.best ?? null),
      twoDigits(baseline.loss?.mean ?? null),
      rateText(baseline),
      `${bytesText(baseline.bytesPerPeer)}, by formula`
    ])
  )
  return {
    title: 'Baselines',
    wide: true,
    body: html`<div class="scroll"><table>
<thead><tr>${HEAD.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${ownRow(results)}${rows}</tbody>
</table></div>
<p class="note">Alone: every peer trains on its own shard and says nothing. Centralised: one replica trains on all rows. All-reduce: one replica takes the mean gradient of all peers' batches at every step. Bytes of baselines are not measured: they are what the method would send, by its formula.</p>`
  }
}
