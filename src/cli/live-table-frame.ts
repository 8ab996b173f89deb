/** The live table as text for a screen of a given size. */
import { type Column, columnLines } from '../report/columns.ts'
import { bytesText, percent, twoDigits } from '../report/figures.ts'
import { durationOf } from './duration.ts'
import type { Size } from './live-area.ts'
import { chooseRows, type ShownRow } from './live-table-choice.ts'
import type { PeerRow, SwarmShape } from './live-table-model.ts'
import type { Paint } from './paint.ts'
import type { StageView } from './stages.ts'

const BAR = 30
const MAX_NAME = 12

export const barText = (done: number): string => {
  const full = Math.floor(done * BAR)
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`
}

/** `swarm   ███░░░  45 % | 1m02s | ETA 1m15s` */
const stageLine = ({ name, done, elapsedMs, left }: StageView, width: number): string => {
  const share = `${Math.floor(done * 100)} %`.padStart(5)
  return `${name.padEnd(width)} ${barText(done)} ${share} | ${durationOf(elapsedMs / 1000)} | ETA ${left}`
}

export const stageLines = (stages: readonly StageView[]): readonly string[] => {
  const width = Math.min(MAX_NAME, Math.max(6, ...stages.map(({ name }) => name.length)))
  return stages.map((stage) => stageLine(stage, width))
}

const stateText = ({ state, silentMs }: PeerRow): string => {
  if (silentMs === null) return state
  return `silent ${silentMs < 1000 ? '<1s' : durationOf(silentMs / 1000)}`
}

/** From the left; the later in DROPPED, the longer a column stays on a narrow screen. */
const columnsFor = (
  { rounds, mode }: SwarmShape,
  rows: readonly ShownRow[]
): readonly Column<ShownRow>[] => {
  const measured = rows.some(({ accuracy }) => accuracy !== null)
  const byLoss = !measured && rows.some(({ testLoss }) => testLoss !== null)
  return [
    { name: 'peer', align: 'right', cell: ({ peer }) => String(peer) },
    {
      name: 'round',
      align: 'right',
      cell: ({ round }) => `${round}/${rounds}`,
      least: 2 * String(rounds).length + 1
    },
    { name: 'loss', align: 'right', cell: ({ loss }) => twoDigits(loss), least: 7 },
    byLoss
      ? { name: 'test loss', align: 'right', cell: ({ testLoss }) => twoDigits(testLoss), least: 7 }
      : { name: 'accuracy', align: 'right', cell: ({ accuracy }) => percent(accuracy) },
    { name: 'sent', align: 'right', cell: ({ bytesSent }) => bytesText(bytesSent), least: 8 },
    {
      name: mode === 'virtual' ? 'per virtual s' : 'per second',
      align: 'right',
      cell: ({ rate }) => (rate === null ? '-' : `${bytesText(rate)}/s`)
    },
    { name: 'state', align: 'left', cell: stateText, least: 10 },
    ...(rows.some(({ why }) => why !== '')
      ? [{ name: 'shown as', align: 'left', cell: ({ why }: ShownRow) => why } as const]
      : [])
  ]
}

const DROPPED = ['shown as', 'per virtual s', 'per second', 'sent', 'loss', 'state']

/** Without the columns that a narrow screen has no room for. */
const linesThatFit = (
  columns: readonly Column<ShownRow>[],
  rows: readonly ShownRow[],
  width: number
): readonly string[] => {
  let kept = columns
  let lines = columnLines(kept, rows)
  for (const name of DROPPED) {
    if (lines.every(({ length }) => length <= width)) break
    kept = kept.filter((column) => column.name !== name)
    lines = columnLines(kept, rows)
  }
  return lines
}

const paintRow = (line: string, { state }: ShownRow, paint: Paint): string => {
  if (state === 'finished') return paint('green', line)
  return state === 'silent' ? paint('yellow', line) : line
}

const peerLines = (
  shape: SwarmShape,
  peers: readonly PeerRow[],
  { columns, rows }: Size,
  paint: Paint
): readonly string[] => {
  // The names of the columns, and the line below that says how many are not shown.
  const room = peers.length + 1 <= rows ? peers.length : Math.max(1, rows - 2)
  const chosen = chooseRows(peers, room)
  const [names = '', ...lines] = linesThatFit(columnsFor(shape, chosen), chosen, columns)
  const more = peers.length - chosen.length
  return [
    paint('dim', names),
    ...lines.map((line, index) => paintRow(line, chosen[index]!, paint)),
    ...(more === 0 ? [] : [`... and ${more} more`.slice(0, columns)])
  ]
}

/** Fewer rows would show less than they cost. */
const LEAST_ROWS = 3

/** Stages first, then as many peers as fit the screen; one row and one column of it stay free. */
export const liveTableFrame = (
  shape: SwarmShape,
  stages: readonly StageView[],
  peers: readonly PeerRow[],
  { columns, rows }: Size,
  paint: Paint
): string => {
  const above = stageLines(stages).map((line) => line.slice(0, columns - 1))
  const room = rows - 1 - above.length - 1
  if (room < LEAST_ROWS) return above.join('\n')
  const size = { columns: columns - 1, rows: room }
  return [...above, '', ...peerLines(shape, peers, size, paint)].join('\n')
}
