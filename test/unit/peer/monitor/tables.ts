import { ALARMS } from '../../../../src/peer/monitor/alarms.ts'
import { METRICS } from '../../../../src/peer/monitor/metrics-table.ts'

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const table = (head: readonly string[], rows: ReadonlyArray<readonly string[]>): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')

/** The tables of docs/operating.md, made of the program's own text. */
export const alarmsTable = (): string =>
  table(
    ['alarm', 'severity', 'what is the matter', 'what to do', 'goes away when'],
    Object.entries(ALARMS).map(([name, { severity, text, remedy, until }]) => [
      `\`${name}\``,
      severity,
      `${text}.`,
      `${remedy}.`,
      until
    ])
  )

export const metricsTable = (): string =>
  table(
    ['metric', 'type', 'labels', 'meaning'],
    METRICS.map(({ name, type, labels = [], help }) => [
      `\`${name}\``,
      type,
      labels.map((label) => `\`${label}\``).join(', '),
      help
    ])
  )
