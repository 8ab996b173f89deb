import { borderlessTable } from '../borderless-table.ts'
import type { Comparison } from './comparison.ts'
import { askedTable, conditionTable, leftOutText, type Table } from './rows.ts'

const wrap = (text: string, width: number): string => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].join('\n')
}

const WIDTH = 100

const tableText = ({ head, rows }: Table): string =>
  borderlessTable(head, ['strategy', 'setting'], rows)

export const titleOf = ({ name, peers, mode, seeds }: Comparison): string =>
  `${name}: ${peers} peers, ${mode === 'virtual' ? 'virtual time' : 'live'}, ${seeds.length === 1 ? `seed ${seeds[0]}` : `${seeds.length} seeds`}`

export const intervalNote = ({ seeds }: Comparison): string =>
  seeds.length === 1
    ? 'One seed: no error bars.'
    : '± is half of the 95 % interval of the mean over the seeds (Student t).'

/** What ends a comparison on the terminal: tables, what was left out, and what to take. */
export const comparisonText = (comparison: Comparison, width = WIDTH): string => {
  const others = conditionTable(comparison)
  const { leftOut, recommendation } = comparison
  return [
    titleOf(comparison),
    tableText(askedTable(comparison)),
    ...(others === null ? [] : [tableText(others)]),
    intervalNote(comparison),
    ...leftOut.map((one) => wrap(leftOutText(one), width)),
    wrap(recommendation.sentences.join(' '), width)
  ].join('\n\n')
}
