/** Consensus distance over the rounds, with the predicted rate beside it where there is one. */
import { measuredRate } from '../../simulation/mixing-rate.ts'
import type { HistoryEntry, Results } from '../../storage/results.ts'
import { spread } from '../charts/axes.ts'
import { COLOUR, type Figure, type LegendEntry, type Mark, mark } from '../charts/figure.ts'
import { MARGINS, type ValueAxis, valueAxis } from '../charts/value-axis.ts'
import { html } from '../html.ts'
import { type Block, missing } from '../page.ts'
import { splitsOf } from '../rounds/absences.ts'
import { endOf } from '../rounds/windows.ts'
import { type Prediction, predictedRate } from './prediction.ts'
import { LEGEND } from './time-rows.ts'

const TITLE = 'Consensus distance'
const HEIGHT = 320
const MAX_POINTS = 800

interface Known {
  readonly round: number
  readonly distance: number
}

/** A logarithmic axis has no place for 0: replicas that are equal to the bit. */
const knownOf = (history: readonly HistoryEntry[]): readonly Known[] =>
  spread(
    history.flatMap(({ round, distance }) =>
      distance === null || distance <= 0 ? [] : [{ round, distance }]
    ),
    MAX_POINTS
  )

/** From the first distance measured, until it is as small as the smallest, or the rounds end. */
const predictedLine = (known: readonly Known[], { rate }: Prediction): Mark => {
  const first = known[0]!
  const least = known.reduce((low, { distance }) => Math.min(low, distance), Infinity)
  const needed = Math.log(least / first.distance) / Math.log(rate)
  const rounds = Math.min(known.at(-1)!.round - first.round, needed)
  return mark(
    'line',
    {
      x: [first.round, first.round + rounds],
      y: [first.distance, first.distance * rate ** rounds]
    },
    { stroke: COLOUR.fault, strokeDasharray: '6 4', strokeWidth: 2 }
  )
}

/** Partitions in rounds: those whose mean moment lies in them. */
const splitRounds = (results: Results): ReadonlyArray<readonly [from: number, to: number]> =>
  splitsOf(results.faults.log, endOf(results) ?? 0).flatMap(({ fromMs, toMs }) => {
    const inside = results.history.filter(
      ({ atMs }) => atMs !== null && fromMs <= atMs && atMs <= toMs
    )
    const [first, last] = [inside[0], inside.at(-1)]
    return first === undefined || last === undefined ? [] : [[first.round, last.round] as const]
  })

const splitMark = (rounds: ReturnType<typeof splitRounds>, axis: ValueAxis): Mark =>
  mark(
    'rect',
    {
      x1: rounds.map(([from]) => from),
      x2: rounds.map(([, to]) => to),
      y1: rounds.map(() => axis.domain[0]),
      y2: rounds.map(() => axis.domain[1])
    },
    { fill: COLOUR.fault, fillOpacity: 0.16 }
  )

const figureOf = (
  results: Results,
  known: readonly Known[],
  prediction: Prediction | null
): Figure => {
  const axis = valueAxis(
    known.map(({ distance }) => distance),
    { label: 'distance / norm of the mean', logarithmic: true }
  )!
  const splits = splitRounds(results)
  const legend: readonly LegendEntry[] = [
    ...(splits.length === 0 ? [] : [LEGEND.split]),
    { label: 'measured', colour: COLOUR.main, shape: 'line' },
    ...(prediction === null
      ? []
      : [
          {
            label: 'predicted from the spectral gap',
            colour: COLOUR.fault,
            shape: 'dashed'
          } as const
        ])
  ]
  const columns = {
    x: known.map(({ round }) => round),
    y: known.map(({ distance }) => distance)
  }
  return {
    label: 'Consensus distance over the rounds, on a logarithmic axis',
    height: HEIGHT,
    options: {
      ...MARGINS,
      x: { label: 'round', labelAnchor: 'center' },
      y: axis.scale
    },
    marks: [
      ...(splits.length === 0 ? [] : [splitMark(splits, axis)]),
      ...(prediction === null ? [] : [predictedLine(known, prediction)]),
      mark(known.length === 1 ? 'dot' : 'line', columns, {
        stroke: COLOUR.main,
        strokeWidth: 2,
        tip: { format: { x: 'd', y: '.2~e' } }
      })
    ],
    legend
  }
}

const rateText = (rate: number): string => rate.toFixed(rate > 0.99 ? 4 : 3)

const predictionText = (results: Results, prediction: Prediction | null): string => {
  if (prediction === null) return ''
  const { rate, pure } = prediction
  const predicted = ` Plain averaging over this graph leaves at most ${rateText(rate)} of the distance in each round (|λ₂| of its mixing matrix)`
  if (!pure) return `${predicted}; local steps and coding add to it.`
  const measured = results.consensus?.rate ?? measuredRate(results.history)
  return measured === null
    ? `${predicted}.`
    : `${predicted}; measured over the second half of the run: ${rateText(measured)}.`
}

export const distanceBlock = (results: Results): Block | null => {
  const known = knownOf(results.history)
  if (known.length === 0) {
    const why =
      results.mode === 'live'
        ? 'Not measured over the rounds of a live run, where replicas stay where they are.'
        : 'No round has one.'
    return results.consensus === null ? null : missing(TITLE, why)
  }
  const prediction = predictedRate(results)
  return {
    title: TITLE,
    figure: figureOf(results, known, prediction),
    caption: html`How far the replicas are from their mean: the root of their mean squared distance, over the norm of the mean.${predictionText(results, prediction)}`
  }
}
