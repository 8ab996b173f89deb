/** The table of a comparison as text: what the terminal, the page and the markdown file show alike. */
import { bytesText } from '../figures.ts'
import type { ComparedStrategy, Comparison, ConditionResult, LeftOut } from './comparison.ts'
import { askedOf } from './contest.ts'
import type { Interval } from './interval.ts'
import { numberText, secondsText } from './number-text.ts'
import { intervalText, qualityText } from './quality.ts'

const NONE = '-'

/** With how many seeds it is so, where not with all. */
const counted = (text: string, { n }: Interval, all: number): string =>
  n === all ? text : `${text} (${n} of ${all})`

const bytesOf = (interval: Interval | null, all: number): string =>
  interval === null ? NONE : counted(bytesText(interval.mean), interval, all)

const secondsOf = (interval: Interval | null, all: number): string =>
  interval === null ? NONE : counted(secondsText(interval.mean), interval, all)

const qualityOf = (
  { measure }: Comparison,
  { quality, runs }: Pick<ConditionResult, 'quality' | 'runs'>
): string =>
  quality === null ? 'failed' : counted(intervalText(measure, quality), quality, runs.length)

interface Column {
  readonly head: string
  readonly cell: (strategy: ComparedStrategy, asked: ConditionResult) => string
}

/** What a strategy runs with, in a few words. */
export const settingText = ({ label, learningRate, localSteps }: ComparedStrategy): string =>
  `${label}, rate ${numberText(learningRate)}, every ${localSteps === 1 ? 'step' : `${localSteps} steps`}`

const askedColumns = (comparison: Comparison): readonly Column[] => {
  const { measure, goal } = comparison
  const to = goal === null ? '' : ` to ${qualityText(measure, goal)}`
  return [
    { head: 'setting', cell: settingText },
    { head: `test ${measure}`, cell: (_, asked) => qualityOf(comparison, asked) },
    {
      head: 'worst peer',
      cell: (_, { worst, runs }) => qualityOf(comparison, { quality: worst, runs })
    },
    {
      head: 'sent per peer',
      cell: (_, { bytesPerPeer, runs }) => bytesOf(bytesPerPeer, runs.length)
    },
    { head: 'time', cell: (_, { seconds, runs }) => secondsOf(seconds, runs.length) },
    ...(goal === null
      ? []
      : [
          {
            head: `bytes${to}`,
            cell: (_: ComparedStrategy, { goalBytes, runs }: ConditionResult) =>
              bytesOf(goalBytes, runs.length)
          },
          {
            head: `time${to}`,
            cell: (_: ComparedStrategy, { goalSeconds, runs }: ConditionResult) =>
              secondsOf(goalSeconds, runs.length)
          }
        ])
  ]
}

/** The other conditions, in the order of the plan, whichever strategy has them. */
const otherConditions = ({ strategies }: Comparison): readonly string[] => [
  ...new Set(
    strategies.flatMap(({ conditions }) =>
      conditions.filter(({ kind }) => kind !== 'asked').map(({ label }) => label)
    )
  )
]

const conditionColumns = (comparison: Comparison): readonly Column[] =>
  otherConditions(comparison).map((label) => ({
    head: label,
    cell: ({ conditions }) => {
      const found = conditions.find((one) => one.label === label)
      return found === undefined ? NONE : qualityOf(comparison, found)
    }
  }))

export interface Table {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const tableOf = ({ strategies }: Comparison, columns: readonly Column[]): Table => ({
  head: ['strategy', ...columns.map(({ head }) => head)],
  rows: strategies.map((strategy) => {
    const asked = askedOf(strategy)
    return [
      strategy.strategy,
      ...columns.map(({ cell }) => (asked === null ? NONE : cell(strategy, asked)))
    ]
  })
})

/** A row for each strategy: as asked, and what it costs. */
export const askedTable = (comparison: Comparison): Table =>
  tableOf(comparison, askedColumns(comparison))

/** The same rows under the other conditions; null where there are none. */
export const conditionTable = (comparison: Comparison): Table | null => {
  const columns = conditionColumns(comparison)
  return columns.length === 0 ? null : tableOf(comparison, columns)
}

/** A row for each setting that was tried. */
export const tuningTable = ({ strategies }: Comparison): Table => ({
  head: [
    'strategy',
    'setting',
    'rate',
    'validation accuracy',
    'validation loss',
    'sent per peer',
    ''
  ],
  rows: strategies.flatMap(({ strategy, trials }) =>
    trials.map(({ label, learningRate, accuracy, loss, bytesPerPeer, chosen }) => [
      strategy,
      label,
      numberText(learningRate),
      accuracy === null ? NONE : qualityText('accuracy', accuracy),
      loss === null ? NONE : numberText(loss),
      bytesPerPeer === null ? NONE : bytesText(bytesPerPeer),
      chosen ? 'chosen' : ''
    ])
  )
})

export const leftOutText = ({ strategy, condition, reason }: LeftOut): string =>
  `${strategy} was left out${condition === null ? '' : ` with ${condition}`}: ${reason}`
