import type { Results } from '../../storage/results.ts'
import { styleOf } from '../charts/lines-figure.ts'
import { bytesText, percent, twoDigits } from '../figures.ts'
import { type Html, html } from '../html.ts'
import { type Block, renderPage } from '../page.ts'
import { commandText } from '../run/tables.ts'
import type { ComparedRun } from './compared-run.ts'
import { comparisonCharts } from './comparison-charts.ts'
import { differencesOf } from './differences.ts'

const seconds = (value: number | null): string => (value === null ? '-' : `${value.toFixed(1)} s`)

/** All-reduce's bytes over what was sent. */
const ratio = (value: number | null): string => (value === null ? '-' : `${value.toPrecision(3)} x`)

const FIGURES: ReadonlyArray<readonly [name: string, text: (results: Results) => string]> = [
  ['peers', ({ peers }) => peers.toLocaleString('en')],
  ['rounds', ({ rounds }) => rounds.toLocaleString('en')],
  ['accuracy, mean', ({ accuracy }) => percent(accuracy?.mean ?? null)],
  ['worst peer', ({ accuracy }) => percent(accuracy?.worst ?? null)],
  ['mean of the replicas', ({ accuracy }) => percent(accuracy?.consensusModel ?? null)],
  ['alone', ({ alone }) => percent(alone?.accuracy ?? null)],
  ['loss', ({ loss }) => twoDigits(loss?.mean ?? null)],
  ['sent per peer', ({ bytes }) => bytesText(bytes.sentPerPeer)],
  ['all-reduce would send', ({ bytes }) => ratio(bytes.ratioToAllReduce)],
  ['distance', ({ consensus }) => twoDigits(consensus?.distance ?? null)],
  ['rounds to goal', ({ consensus }) => String(consensus?.roundsToGoal ?? '-')],
  ['virtual time', (results) => seconds(results.seconds.virtual)],
  ['wall time', (results) => seconds(results.seconds.wall)]
]

const nameCell = (label: string, index: number): Html =>
  html`<td class="text"><span class="swatch" style="background: ${styleOf(index).colour}"></span>${label}</td>`

/** Figures that no run has are left out. */
const figuresTable = (runs: readonly ComparedRun[]): Html => {
  const columns = FIGURES.filter(([, text]) => runs.some(({ results }) => text(results) !== '-'))
  return html`<div class="scroll" tabindex="0"><table>
<thead><tr><th class="text" scope="col">run</th>${columns.map(([name]) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${runs.map(
    ({ label, results }, index) =>
      html`<tr>${nameCell(label, index)}${columns.map(([, text]) => html`<td>${text(results)}</td>`)}</tr>
`
  )}</tbody>
</table></div>`
}

const MAX_VALUE = 120

const shortened = (text: string): string =>
  text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}...` : text

const differencesBlock = (runs: readonly ComparedRun[]): Block => {
  const title = 'Where the scenarios differ'
  const known = runs.filter(({ results }) => results.document !== null)
  const without = runs.filter(({ results }) => results.document === null)
  const note =
    without.length === 0
      ? null
      : html`<p class="note">No scenario is in the results of: ${without.map(({ label }) => label).join('; ')}.</p>`
  const differences = differencesOf(known.map(({ results }) => results.document ?? {}))
  if (known.length < 2 || differences.length === 0) {
    const same = known.length < 2 ? null : html`<p class="note">Nowhere: they are the same.</p>`
    return { title, wide: true, body: html`${same}${note}` }
  }
  return {
    title,
    wide: true,
    long: true,
    body: html`<div class="scroll" tabindex="0"><table>
<thead><tr><th class="text" scope="col">field</th>${known.map(({ label }) => html`<th class="text" scope="col">${label}</th>`)}</tr></thead>
<tbody>${differences.map(
      ({ path, values }) =>
        html`<tr><td class="text">${path}</td>${values.map((value) => html`<td class="text wrap">${value === null ? '-' : shortened(value)}</td>`)}</tr>
`
    )}</tbody>
</table></div>${note}`
  }
}

const commandsBlock = (runs: readonly ComparedRun[]): Block | null => {
  const known = runs.filter(({ results }) => results.command.length > 0)
  if (known.length === 0) return null
  const lines = known.map(({ label, results }) => `# ${label}\n${commandText(results.command)}`)
  return {
    title: 'Commands',
    wide: true,
    body: html`<pre class="command">${lines.join('\n')}</pre>`
  }
}

const titleOf = (runs: readonly ComparedRun[]): string => {
  const scenarios = [...new Set(runs.map(({ results }) => results.scenario))]
  return scenarios.length <= 3 ? scenarios.join(', ') : `${scenarios.length} scenarios`
}

/** Several runs side by side as a page of HTML. */
export const renderComparisonPage = (runs: readonly ComparedRun[]): string => {
  const interrupted = runs.filter(({ results }) => results.interrupted)
  return renderPage({
    title: titleOf(runs),
    facts: `${runs.length} runs side by side`,
    notices: interrupted.map(
      ({ label }) => `${label} was interrupted: its figures are those of that moment.`
    ),
    lead: html``,
    groups: [
      {
        title: 'Figures',
        blocks: [{ title: 'What came of each run', wide: true, body: figuresTable(runs) }]
      },
      { title: 'On shared axes', blocks: comparisonCharts(runs) },
      {
        title: 'Where this comes from',
        blocks: [differencesBlock(runs), commandsBlock(runs)].filter((block) => block !== null)
      }
    ]
  })
}
