/** Charts of several runs on shared axes: what was learned and agreed, for rounds, bytes and time. */
import type { HistoryEntry } from '../../storage/results.ts'
import { bytesUnit, spread, timeUnit, type Unit } from '../charts/axes.ts'
import { type Line, linesFigure } from '../charts/lines-figure.ts'
import type { AxisOptions } from '../charts/value-axis.ts'
import { html } from '../html.ts'
import type { Block } from '../page.ts'
import type { ComparedRun } from './compared-run.ts'

const MAX_POINTS = 400

type Value = (entry: HistoryEntry) => number | null

interface Measure {
  readonly name: string
  readonly axis: AxisOptions & { readonly format: string }
  readonly value: Value
  readonly worst?: Value
}

const MEASURES: Readonly<Record<'accuracy' | 'testLoss' | 'loss' | 'distance', Measure>> = {
  accuracy: {
    name: 'Accuracy',
    axis: { label: 'test accuracy, mean (%)', logarithmic: false, within: [0, 100], format: '.1f' },
    value: ({ accuracy }) => accuracy && 100 * accuracy.mean,
    worst: ({ accuracy }) => accuracy && 100 * accuracy.worst
  },
  testLoss: {
    name: 'Test loss',
    axis: { label: 'test loss, mean', format: '.3~g' },
    value: ({ testLoss }) => testLoss?.mean ?? null,
    worst: ({ testLoss }) => testLoss?.worst ?? null
  },
  loss: {
    name: 'Training loss',
    axis: { label: 'training loss, mean', format: '.3~g' },
    value: ({ loss }) => loss
  },
  distance: {
    name: 'Consensus distance',
    axis: { label: 'distance / norm of the mean', logarithmic: true, format: '.2~e' },
    value: ({ distance }) => (distance === 0 ? null : distance)
  }
}

interface Against {
  readonly name: string
  readonly unit: (most: number) => Unit
  readonly label: (unit: Unit) => string
  readonly format: string
  readonly value: Value
}

const ROUNDS: Against = {
  name: 'rounds',
  unit: () => ({ name: '', size: 1 }),
  label: () => 'round',
  format: 'd',
  value: ({ round }) => round
}

const BYTES: Against = {
  name: 'bytes',
  unit: bytesUnit,
  label: ({ name }) => `sent per peer (${name})`,
  format: '.3~f',
  value: ({ bytesSent }) => (bytesSent > 0 ? bytesSent : null)
}

const TIME: Against = {
  name: 'time',
  unit: timeUnit,
  label: ({ name }) => `time of the run (${name})`,
  format: '.3~f',
  value: ({ atMs }) => atMs
}

const linesOf = (runs: readonly ComparedRun[], x: Value, y: Value, unit: Unit): readonly Line[] =>
  runs.map(({ label, results }) => {
    const points = results.history.flatMap((entry) => {
      const [across, up] = [x(entry), y(entry)]
      return across === null || up === null ? [] : [{ x: across / unit.size, y: up }]
    })
    return { name: label, points: spread(points, MAX_POINTS) }
  })

const largest = (runs: readonly ComparedRun[], value: Value): number =>
  runs.reduce(
    (most, { results }) =>
      results.history.reduce((high, entry) => Math.max(high, value(entry) ?? 0), most),
    0
  )

const chart = (runs: readonly ComparedRun[], measure: Measure, against: Against): Block | null => {
  const unit = against.unit(largest(runs, against.value))
  const lines = linesOf(runs, against.value, measure.value, unit)
  const worst = measure.worst && linesOf(runs, against.value, measure.worst, unit)
  const figure = linesFigure({
    label: `${measure.name} of every run against ${against.name}`,
    x: { label: against.label(unit), format: against.format },
    y: measure.axis,
    lines,
    ...(worst === undefined ? {} : { more: { name: 'worst peer (dotted)', lines: worst } })
  })
  if (figure === null) return null
  const without = lines.filter(({ points }) => points.length === 0).map(({ name }) => name)
  return {
    title: `${measure.name} against ${against.name}`,
    figure,
    caption: html`${without.length === 0 ? null : `Not measured in: ${without.join('; ')}.`}`
  }
}

/** Models without data have no accuracy: their loss takes its place. */
const mainMeasure = (runs: readonly ComparedRun[]): Measure =>
  runs.some(({ results }) => results.history.some(({ accuracy }) => accuracy !== null))
    ? MEASURES.accuracy
    : MEASURES.loss

export const comparisonCharts = (runs: readonly ComparedRun[]): readonly Block[] => {
  const main = mainMeasure(runs)
  const others = [MEASURES.testLoss, MEASURES.loss].filter((measure) => measure !== main)
  return [
    ...[ROUNDS, BYTES, TIME].map((against) => chart(runs, main, against)),
    ...others.map((measure) => chart(runs, measure, ROUNDS)),
    chart(runs, MEASURES.distance, ROUNDS)
  ].filter((block) => block !== null)
}
