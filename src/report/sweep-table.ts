import { borderlessTable } from './borderless-table.ts'
import { spreadText } from './spread.ts'
import type { SweepAxis, SweepCell, SweepMetricName, SweepSummary } from './sweep-summary.ts'

const NAMES: readonly (readonly [SweepMetricName, string])[] = [
  ['accuracy', 'accuracy'],
  ['worst', 'worst peer'],
  ['consensusModel', 'mean replica'],
  ['validation', 'validation'],
  ['loss', 'loss'],
  ['alone', 'alone'],
  ['centralised', 'centralised'],
  ['allReduce', 'all-reduce'],
  ['bytesPerPeer', 'sent per peer'],
  ['distance', 'distance'],
  ['roundsToGoal', 'rounds to goal'],
  ['rate', 'rate'],
  ['predictedRate', 'predicted rate'],
  ['virtualSeconds', 'virtual time']
]

const MAX_VALUE = 48
const MAX_SEEDS = 10

/** A long value is cut, and then numbered as on its axis: others may begin with the same letters. */
const valueText = (text: string, { values }: SweepAxis): string =>
  text.length <= MAX_VALUE
    ? text
    : `#${values.indexOf(text) + 1} ${text.slice(0, MAX_VALUE - 8)}...`

/** Every run that has finished has this figure. */
const finishedOf = ({ metrics }: SweepCell): number => metrics.bytesPerPeer?.n ?? 0

/** `3`, `2 of 3`, `2 of 3, 1 failed` */
const runsText = (cell: SweepCell): string => {
  const [finished, all] = [finishedOf(cell), cell.seeds.length]
  const count = finished === all ? String(all) : `${finished} of ${all}`
  return cell.failed === 0 ? count : `${count}, ${cell.failed} failed`
}

/** Paths of the axes and, beside them, as many figures as fit the width: then another table follows. */
const tablesOf = (
  left: readonly string[],
  first: readonly (readonly string[])[],
  figures: readonly (readonly string[])[],
  width: number
): readonly string[] => {
  const table = (columns: readonly (readonly string[])[]): string => {
    const all = [...first, ...columns]
    const [head = [], ...rows] = all[0]!.map((_, line) => all.map((column) => column[line]!))
    return borderlessTable(head, left, rows)
  }
  const fits = (text: string): boolean => text.split('\n').every((line) => line.length <= width)
  let taken = figures.length
  while (taken > 1 && !fits(table(figures.slice(0, taken)))) taken--
  const here = table(figures.slice(0, taken))
  const rest = figures.slice(taken)
  return rest.length === 0 ? [here] : [here, ...tablesOf(left, first, rest, width)]
}

const titleOf = ({ name, cells }: SweepSummary): string => {
  const seeds = cells[0]?.seeds ?? []
  const count = (number: number, noun: string): string =>
    `${number} ${noun}${number === 1 ? '' : 's'}`
  const listed = seeds.slice(0, MAX_SEEDS).join(', ') + (seeds.length > MAX_SEEDS ? ', ...' : '')
  const deviation = seeds.length > 1 ? '; mean ± sample deviation over the seeds' : ''
  return `${name}: ${count(cells.length, 'cell')}, ${count(seeds.length, 'seed')} (${listed})${deviation}`
}

/** What ends a sweep: a row for each cell. Lines are no longer than `width` where that can be. */
export const sweepTable = (
  summary: SweepSummary,
  width: number = Number.POSITIVE_INFINITY
): string => {
  const { axes, cells } = summary
  const paths = axes.map(({ path }) => path)
  const settings = axes.map((axis) => [
    axis.path,
    ...cells.map((cell) => valueText(cell.settings[axis.path] ?? '-', axis))
  ])
  const figures = NAMES.filter(([metric]) =>
    cells.some(({ metrics }) => metrics[metric] !== null)
  ).map(([metric, head]) => [
    head,
    ...cells.map((cell) => spreadText(metric, cell.metrics[metric], finishedOf(cell)))
  ])
  const first = [...settings, ['runs', ...cells.map(runsText)]]
  return [titleOf(summary), ...tablesOf(paths, first, figures, width)].join('\n\n')
}
