/** Charts of what was learned: accuracy, test loss and training loss over the rounds. */
import type { HistoryEntry, Results } from '../../storage/results.ts'
import { spread } from '../charts/axes.ts'
import {
  type PeerLine,
  type Reference,
  type RoundPoint,
  type RoundsFigure,
  roundsFigure
} from '../charts/rounds-figure.ts'
import { twoDigits } from '../figures.ts'
import { html } from '../html.ts'
import type { Block } from '../page.ts'
import { chosenNote } from '../rounds/chosen-peers.ts'
import type { PeerRounds, Point, Rounds } from '../rounds/digest.ts'
import { BASELINE_COLOUR, baselinesOf } from './baselines.ts'

/** Points of a mean line; more than a chart has pixels would only make the page heavier. */
const MAX_POINTS = 800

const pointsOf = (
  { history }: Results,
  point: (entry: HistoryEntry) => Omit<RoundPoint, 'round'> | null
): readonly RoundPoint[] =>
  spread(
    history.flatMap((entry) => {
      const found = point(entry)
      return found === null ? [] : [{ round: entry.round, ...found }]
    }),
    MAX_POINTS
  )

const linesOf = (
  rounds: Rounds | null,
  points: (peer: PeerRounds) => readonly Point[]
): readonly PeerLine[] =>
  rounds?.peers.map((peer) => ({ peer: peer.peer, points: points(peer) })) ?? []

const references = (
  results: Results,
  value: (baseline: ReturnType<typeof baselinesOf>[number]) => number | null
): readonly Reference[] =>
  baselinesOf(results).flatMap((baseline) => {
    const found = value(baseline)
    const { name } = baseline
    return found === null ? [] : [{ name, value: found, colour: BASELINE_COLOUR[name] }]
  })

const figureBlock = (title: string, figure: RoundsFigure, caption: string): readonly Block[] => {
  const drawn = roundsFigure(figure)
  return drawn === null ? [] : [{ title, figure: drawn, caption: html`${caption}` }]
}

const thinnedNote = (rounds: Rounds): string =>
  rounds.thinned ? " Of single peers' lines, every few points only are drawn." : ''

const inPercent = (fraction: number): number => 100 * fraction
const percentText = (percent: number): string => `${percent.toFixed(1)} %`

const accuracyBlock = (results: Results, rounds: Rounds | null): readonly Block[] =>
  figureBlock(
    'Accuracy',
    {
      label:
        'Test accuracy over the rounds: mean of the peers, and the band from the worst to the best peer',
      name: 'mean of the peers',
      axis: { label: 'test accuracy (%)', logarithmic: false, within: [0, 100] },
      format: '.1f',
      text: percentText,
      points: pointsOf(results, ({ accuracy }) =>
        accuracy === null
          ? null
          : {
              mean: inPercent(accuracy.mean),
              low: inPercent(accuracy.worst),
              high: inPercent(accuracy.best)
            }
      ),
      references: references(results, ({ accuracy }) => accuracy && inPercent(accuracy.mean)),
      peers: linesOf(rounds, ({ accuracy }) =>
        accuracy.map(({ round, value }) => ({ round, value: inPercent(value) }))
      )
    },
    `On the whole test set, with each peer's own replica, after the round's mixing. Baselines are drawn at what they reached in the end.${rounds === null ? '' : `${chosenNote(results)}${thinnedNote(rounds)}`}`
  )

const testLossBlock = (results: Results, rounds: Rounds | null): readonly Block[] => {
  const tested = results.data.name !== 'none'
  const name = tested ? 'test loss' : 'loss'
  return figureBlock(
    tested ? 'Test loss' : 'Loss',
    {
      label: `${name} over the rounds: mean of the peers, and the band from the worst to the best peer`,
      name: 'mean of the peers',
      axis: { label: name },
      format: '.3~g',
      text: twoDigits,
      points: pointsOf(results, ({ testLoss }) =>
        testLoss === null || testLoss.mean === null
          ? null
          : {
              mean: testLoss.mean,
              low: testLoss.best ?? undefined,
              high: testLoss.worst ?? undefined
            }
      ),
      references: references(results, ({ loss }) => loss?.mean ?? null),
      peers: linesOf(rounds, ({ testLoss }) => testLoss)
    },
    `Of each peer's own replica${tested ? ', on the same rows' : ''}; less is better, and the worst peer has the most.`
  )
}

const trainingLossBlock = (results: Results, rounds: Rounds | null): readonly Block[] =>
  figureBlock(
    'Training loss',
    {
      label: 'Training loss over the rounds: mean of the peers',
      name: 'mean of the peers',
      axis: { label: 'training loss' },
      format: '.3~g',
      text: twoDigits,
      points: pointsOf(results, ({ loss }) => (loss === null ? null : { mean: loss })),
      peers: linesOf(rounds, ({ loss }) => loss)
    },
    "Mean over the round's local steps, each peer on its own rows: peers whose shards hold few classes have it easier than the test set."
  )

export const learningBlocks = (results: Results, rounds: Rounds | null): readonly Block[] => [
  ...accuracyBlock(results, rounds),
  ...testLossBlock(results, rounds),
  ...trainingLossBlock(results, rounds)
]
