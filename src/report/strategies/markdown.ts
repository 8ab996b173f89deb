import { commandText } from '../run/tables.ts'
import type { Comparison } from './comparison.ts'
import { askedTable, conditionTable, leftOutText, type Table, tuningTable } from './rows.ts'
import { intervalNote, titleOf } from './terminal.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

const tableText = ({ head, rows }: Table): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')

/** The whole comparison as markdown, for a page of one's own. */
export const comparisonMarkdown = (comparison: Comparison): string => {
  const { leftOut, recommendation, command } = comparison
  const others = conditionTable(comparison)
  const tuning = tuningTable(comparison)
  return `${[
    `# ${titleOf(comparison)}`,
    recommendation.sentences.join(' '),
    tableText(askedTable(comparison)),
    ...(others === null ? [] : [tableText(others)]),
    intervalNote(comparison),
    ...leftOut.map((one) => `- ${leftOutText(one)}`),
    ...(tuning.rows.length === 0
      ? []
      : ['Settings, chosen on rows that nobody trained on:', tableText(tuning)]),
    `    ${commandText(command)}`
  ].join('\n\n')}\n`
}
