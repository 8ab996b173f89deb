import { type Html, html } from '../html.ts'
import { renderPage } from '../page.ts'
import { commandText } from '../run/tables.ts'
import { spreadText } from '../spread.ts'
import type { SweepCell, SweepSummary } from '../sweep-summary.ts'
import { sweepCharts } from './sweep-charts.ts'
import { SHOWN } from './sweep-metrics.ts'
import { shortValue } from './values.ts'

const cellRow = (cell: SweepCell, paths: readonly string[], metrics: typeof SHOWN): Html => {
  const { settings, seeds, failed } = cell
  const done = seeds.length - failed
  const runs = failed === 0 ? String(seeds.length) : `${done} of ${seeds.length}`
  return html`<tr>${paths.map((path) => html`<td class="text">${shortValue(settings[path] ?? '-')}</td>`)}<td>${runs}</td>${metrics.map(({ name }) => html`<td>${spreadText(name, cell.metrics[name], done)}</td>`)}</tr>
`
}

const table = ({ axes, cells }: SweepSummary): Html => {
  const paths = axes.map(({ path }) => path)
  const metrics = SHOWN.filter(({ name }) => cells.some((cell) => cell.metrics[name] !== null))
  return html`<div class="scroll" tabindex="0"><table>
<thead><tr>${paths.map((path) => html`<th class="text" scope="col">${path}</th>`)}<th scope="col">runs</th>${metrics.map(({ head }) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${cells.map((cell) => cellRow(cell, paths, metrics))}</tbody>
</table></div>
<p class="note">Mean ± sample standard deviation over the seeds.</p>`
}

const factsOf = ({ base, axes, cells }: SweepSummary): string => {
  const seeds = new Set(cells.flatMap((cell) => cell.seeds))
  const grid = axes.map(({ path, values }) => `${path} (${values.length})`).join(' x ')
  return [base, grid, `${cells.length} cells`, `${seeds.size} seed${seeds.size === 1 ? '' : 's'}`]
    .filter((part) => part !== '')
    .join(' · ')
}

/** A sweep as a page of HTML: one table, and every figure against every axis. */
export const renderSweepPage = (summary: SweepSummary): string => {
  const failed = summary.cells.reduce((sum, cell) => sum + cell.failed, 0)
  const { groups, leftOut } = sweepCharts(summary)
  return renderPage({
    title: summary.name,
    facts: factsOf(summary),
    notices: [
      ...(failed === 0
        ? []
        : [
            failed === 1
              ? '1 run failed and is in no figure.'
              : `${failed} runs failed and are in no figure.`
          ]),
      ...(leftOut === 0 ? [] : [`${leftOut} charts are left out; the table has every figure.`])
    ],
    lead: html``,
    groups: [
      {
        title: 'Figures',
        blocks: [{ title: 'Every cell', wide: true, long: true, body: table(summary) }]
      },
      ...groups.map(({ path, blocks }) => ({ title: `Against ${path}`, blocks })),
      {
        title: 'Where this comes from',
        blocks: [
          {
            title: 'Command',
            wide: true,
            body: html`<pre class="command">${commandText(summary.command)}</pre>`
          }
        ]
      }
    ]
  })
}
