import { type Html, html } from '../html.ts'
import { type Block, renderPage } from '../page.ts'
import { commandText } from '../run/tables.ts'
import type { Comparison } from './comparison.ts'
import { strategyCharts } from './comparison-charts.ts'
import { askedTable, conditionTable, leftOutText, type Table, tuningTable } from './rows.ts'
import { intervalNote, titleOf } from './terminal.ts'

/** Columns of words; figures stand to the right. */
const WORDS: readonly string[] = ['strategy', 'setting', '']

const tableHtml = ({ head, rows }: Table): Html => {
  const kind = (column: number): string => (WORDS.includes(head[column]!) ? 'text' : '')
  return html`<div class="scroll" tabindex="0"><table>
<thead><tr>${head.map((name, column) => html`<th class="${kind(column)}" scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((text, column) => html`<td class="${kind(column)}">${text}</td>`)}</tr>\n`)}</tbody>
</table></div>`
}

const recommendationBlock = ({ recommendation }: Comparison): Block => {
  const [first = '', ...others] = recommendation.sentences
  return {
    title: 'Recommendation',
    wide: true,
    body: html`<p><strong>${first}</strong> ${others.join(' ')}</p>`
  }
}

const figureBlocks = (comparison: Comparison): readonly Block[] => {
  const others = conditionTable(comparison)
  const note = html`<p class="note">${intervalNote(comparison)}</p>`
  const block = (title: string, table: Table): Block => ({
    title,
    wide: true,
    long: true,
    body: html`${tableHtml(table)}${note}`
  })
  const measure = comparison.measure
  return [
    block('As asked', askedTable(comparison)),
    ...(others === null ? [] : [block(`Test ${measure} with one thing changed`, others)])
  ]
}

const tuningBlocks = (comparison: Comparison): readonly Block[] => {
  const table = tuningTable(comparison)
  if (table.rows.length === 0) return []
  const note = `With seed ${comparison.seeds[0]}, in virtual time. Of forms that are as good on the rows kept aside, that of the fewest bytes is chosen.`
  return [
    {
      title: 'Settings tried on rows that nobody trains on',
      wide: true,
      long: true,
      body: html`${tableHtml(table)}<p class="note">${note}</p>`
    }
  ]
}

/** A comparison as a page of HTML. It ends in what to take, and begins with it. */
export const renderComparison = (comparison: Comparison): string =>
  renderPage({
    title: `${comparison.name}: which strategy`,
    facts: titleOf(comparison),
    notices: comparison.leftOut.map(leftOutText),
    lead: html``,
    groups: [
      { title: 'What to take', blocks: [recommendationBlock(comparison)] },
      {
        title: 'Figures',
        blocks: figureBlocks(comparison)
      },
      { title: 'On shared axes', blocks: strategyCharts(comparison) },
      { title: 'Settings', blocks: tuningBlocks(comparison) },
      {
        title: 'Where this comes from',
        blocks: [
          {
            title: 'Command',
            wide: true,
            body: html`<pre class="command">${commandText(comparison.command)}</pre>`
          }
        ]
      }
    ]
  })
