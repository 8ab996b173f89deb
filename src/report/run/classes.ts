/** Charts by class: what the consensus model confuses, and what every peer was given. */
import type { Results } from '../../storage/results.ts'
import { heatMap } from '../charts/heat-map.ts'
import { percent } from '../figures.ts'
import { html } from '../html.ts'
import { type Block, missing } from '../page.ts'
import { chosenNote, chosenPeers } from '../rounds/chosen-peers.ts'

/** A larger matrix has cells below a pixel. */
const MAX_CLASSES = 64
const TALL_CELLS = 26
const LOW_CELLS = 14
/** Rows up to here are tall enough to write in. */
const MAX_TALL = 32

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)

export const confusionBlock = ({ confusion }: Results): Block | null => {
  if (confusion === null || confusion.length === 0) return null
  const title = 'Confusion of the consensus model'
  const classes = confusion.length
  if (classes > MAX_CLASSES) return missing(title, `Left out: ${classes} classes are too many.`)
  if (confusion.some((row) => row.length !== classes)) {
    return missing(title, 'Left out: the matrix in the results is not square.')
  }
  const names = confusion.map((_, label) => String(label))
  const totals = confusion.map(sum)
  const right = sum(confusion.map((row, label) => row[label]!))
  const worst = confusion
    .flatMap((row, label) => row.map((count, predicted) => ({ label, predicted, count })))
    .filter(({ label, predicted }) => label !== predicted)
    .reduce((a, b) => (b.count > a.count ? b : a), { label: 0, predicted: 0, count: 0 })
  const most =
    worst.count === 0
      ? ''
      : ` The most frequent mistake: ${worst.count} rows of class ${worst.label} taken for ${worst.predicted}.`
  return {
    title,
    figure: heatMap({
      label: 'Confusion matrix of the consensus model: test rows by label and by prediction',
      rows: names,
      columns: names,
      rowLabel: 'label',
      columnLabel: 'prediction',
      counts: confusion,
      whole: (row) => totals[row]!,
      cellPixels: TALL_CELLS,
      title: (row, column, count, share) =>
        `class ${row} taken for ${column}\n${count} rows, ${percent(share)} of the class`
    }),
    caption: html`Test rows by label and by the prediction of the mean of the replicas, which is right on ${percent(right / Math.max(1, sum(totals)))}. The colour is the share of the label's rows.${most}`
  }
}

export const balanceBlock = (results: Results): Block | null => {
  const peers = chosenPeers(results).flatMap(({ peer, classes, rows }) =>
    classes === null ? [] : [{ peer, classes, rows }]
  )
  const classes = peers.reduce((most, peer) => Math.max(most, peer.classes.length), 0)
  if (classes === 0) return null
  const title = "Class balance of the peers' shards"
  if (classes > MAX_CLASSES) return missing(title, `Left out: ${classes} classes are too many.`)
  const counts = peers.map((peer) =>
    Array.from({ length: classes }, (_, label) => peer.classes[label] ?? 0)
  )
  const largest = counts.flat().reduce((most, count) => Math.max(most, count), 0)
  return {
    title,
    figure: heatMap({
      label: "Training rows of every peer's shard, by class",
      rows: peers.map(({ peer }) => `peer ${peer}`),
      columns: Array.from({ length: classes }, (_, label) => String(label)),
      rowLabel: '',
      columnLabel: 'class',
      counts,
      whole: () => largest,
      cellPixels: peers.length > MAX_TALL ? LOW_CELLS : TALL_CELLS,
      title: (row, column, count) =>
        `peer ${peers[row]!.peer}, class ${column}\n${count} of its ${sum(counts[row]!)} rows`,
      colour: 'var(--series-3)'
    }),
    caption: html`Training rows by class; the colour is the share of the largest count, ${largest.toLocaleString('en')}.${chosenNote(results)}`
  }
}
