/** What the page shows as text: every peer, what befell the run, the scenario and the command. */
import type { PeerDetail, Results } from '../../storage/results.ts'
import { timeUnit } from '../charts/axes.ts'
import { bytesText, percent, twoDigits } from '../figures.ts'
import { type Html, html } from '../html.ts'
import type { Block } from '../page.ts'
import { endOf } from '../rounds/windows.ts'

/** Rows beyond these are in results.json. */
const MAX_PEERS = 500
const MAX_EVENTS = 200
/** A scenario is a page of text; more than this is not read here. */
const MAX_DOCUMENT = 200_000

interface Column {
  readonly head: string
  readonly text: boolean
  readonly cell: (detail: PeerDetail) => string
  /** Left out where no peer has it. */
  readonly shown: (detail: PeerDetail) => boolean
}

const always = (): boolean => true
const rejections = ({ rejected }: PeerDetail): number =>
  Object.values(rejected).reduce((sum, count) => sum + count, 0)

const COLUMNS: readonly Column[] = [
  { head: 'peer', text: false, cell: ({ peer }) => String(peer), shown: always },
  { head: 'status', text: true, cell: ({ status }) => status, shown: always },
  { head: 'link', text: true, cell: ({ link }) => link ?? '-', shown: ({ link }) => link !== null },
  {
    head: 'local step',
    text: false,
    cell: ({ stepMs }) => (stepMs === null ? '-' : `${twoDigits(stepMs)} ms`),
    shown: ({ stepMs }) => stepMs !== null
  },
  {
    head: 'rows',
    text: false,
    cell: ({ rows }) => rows?.toLocaleString('en') ?? '-',
    shown: ({ rows }) => rows !== null
  },
  {
    head: 'alone',
    text: false,
    cell: ({ alone }) => percent(alone),
    shown: ({ alone }) => alone !== null
  },
  {
    head: 'accuracy',
    text: false,
    cell: ({ accuracy }) => percent(accuracy),
    shown: ({ accuracy }) => accuracy !== null
  },
  {
    head: 'loss',
    text: false,
    cell: ({ loss }) => twoDigits(loss),
    shown: ({ loss }) => loss !== null
  },
  { head: 'sent', text: false, cell: ({ bytesSent }) => bytesText(bytesSent), shown: always },
  {
    head: 'received',
    text: false,
    cell: ({ bytesReceived }) => bytesText(bytesReceived),
    shown: always
  },
  { head: 'rounds', text: false, cell: ({ rounds }) => String(rounds), shown: always },
  { head: 'parts missed', text: false, cell: ({ missed }) => String(missed), shown: always },
  {
    head: 'frames rejected',
    text: false,
    cell: (detail) => String(rejections(detail)),
    shown: (detail) => rejections(detail) > 0
  }
]

const aligned = (text: boolean): string => (text ? 'text' : '')

export const peersBlock = ({ peersDetail }: Results): Block => {
  const columns = COLUMNS.filter(({ shown }) => peersDetail.some(shown))
  const rows = peersDetail.slice(0, MAX_PEERS)
  const left = peersDetail.length - rows.length
  return {
    title: 'Every peer',
    wide: true,
    long: true,
    body: html`<div class="scroll" tabindex="0"><table>
<thead><tr>${columns.map(({ head, text }) => html`<th scope="col" class="${aligned(text)}">${head}</th>`)}</tr></thead>
<tbody>${rows.map(
      (detail) =>
        html`<tr>${columns.map(({ text, cell }) => html`<td class="${aligned(text)}">${cell(detail)}</td>`)}</tr>
`
    )}</tbody>
</table></div>
${left === 0 ? null : html`<p class="note">results.json has ${left} more.</p>`}`
  }
}

const counts = (name: string, record: Readonly<Record<string, number>>): Html | null => {
  const entries = Object.entries(record).filter(([, count]) => count > 0)
  return entries.length === 0
    ? null
    : html`<p class="note">${name}: ${entries.map(([what, count]) => `${what} ${count.toLocaleString('en')}`).join(', ')}.</p>`
}

/** Null where nothing was injected or observed. */
export const faultsBlock = (results: Results): Block | null => {
  const { injected, observed, log } = results.faults
  const some = [...Object.values(injected), ...Object.values(observed)].some((count) => count > 0)
  if (log.length === 0 && !some) return null
  const unit = timeUnit(endOf(results) ?? 0)
  const shown = log.slice(0, MAX_EVENTS)
  const left = log.length - shown.length
  const table = html`<div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col">time (${unit.name})</th><th scope="col" class="text">who</th><th scope="col" class="text">what</th><th scope="col" class="text">more</th></tr></thead>
<tbody>${shown.map(
    ({ atMs, peer, event, detail }) =>
      html`<tr><td>${(atMs / unit.size).toFixed(2)}</td><td class="text">${peer === null ? 'network' : `peer ${peer}`}</td><td class="text">${event}</td><td class="text wrap">${detail ?? ''}</td></tr>
`
  )}</tbody>
</table></div>
${left === 0 ? null : html`<p class="note">results.json has ${left} more.</p>`}`
  return {
    title: 'Faults',
    long: true,
    body: html`${counts('Injected', injected)}${counts('Observed', observed)}${shown.length === 0 ? null : table}`
  }
}

/** As a shell would read it. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

export const commandText = (command: readonly string[]): string => command.map(quoted).join(' ')

export const originBlocks = ({ command, document }: Results): readonly Block[] => {
  const text = document === null ? null : JSON.stringify(document, null, 2)
  const shown =
    text !== null && text.length > MAX_DOCUMENT
      ? `${text.slice(0, MAX_DOCUMENT)}\n... (results.json has all of it)`
      : text
  return [
    command.length === 0
      ? {
          title: 'Command',
          wide: true,
          body: html`<p class="note">These results do not say what made them.</p>`
        }
      : {
          title: 'Command',
          wide: true,
          body: html`<pre class="command">${commandText(command)}</pre>`
        },
    shown === null
      ? {
          title: 'Scenario',
          body: html`<p class="note">These results do not hold their scenario.</p>`
        }
      : {
          title: 'Scenario',
          wide: true,
          long: true,
          body: html`<details open><summary>with every default filled in</summary><pre tabindex="0">${shown}</pre></details>`
        }
  ]
}
