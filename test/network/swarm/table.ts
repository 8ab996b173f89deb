/** What a run looked like, for people. */
import { PATH_KINDS } from '../../../src/network/path.ts'
import type { Member } from './member.ts'
import type { Pair, Traffic } from './traffic.ts'

type Row = readonly string[]

const layOut = (rows: readonly Row[]): string => {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join('  '))
    .join('\n')
}

const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(0)

const peersBy = (pairs: readonly Pair[]): Row =>
  PATH_KINDS.map((kind) => String(pairs.filter((pair) => pair.kind === kind).length))

/** One row for each host: how it reaches how many others now, and the kilobytes that it has sent them each way. */
export const trafficTable = (members: readonly Member[], traffic: Traffic): string => {
  const rows = members.map(({ name, host, status }): Row => {
    const from = (pair: Pair): boolean => pair.from === name
    const bytes = traffic.bytes(from)
    return [
      name,
      `${host.subnet}`,
      host.access,
      status?.reach?.verdict ?? '?',
      ...peersBy(traffic.pairs.filter(from)),
      ...PATH_KINDS.map((kind) => kilobytes(bytes[kind])),
      kilobytes(status?.reach?.relaying.bytes ?? 0)
    ]
  })
  const all = traffic.bytes()
  const kinds = PATH_KINDS.map((kind) => `${kind} kB`)
  const head = ['host', 'net', 'access', 'verdict', ...PATH_KINDS, ...kinds, 'for others kB']
  const sum = [
    'all',
    '',
    '',
    '',
    ...peersBy(traffic.pairs),
    ...PATH_KINDS.map((kind) => kilobytes(all[kind])),
    ''
  ]
  return layOut([head, ...rows, sum])
}

/** Who reaches whom how: a letter for each pair, the row's peer saying it. */
export const pathMatrix = (members: readonly Member[], traffic: Traffic): string => {
  const letter = (from: string, to: string): string =>
    traffic.pairs.find((pair) => pair.from === from && pair.to === to)?.kind?.[0] ?? '.'
  const names = members.map(({ name }) => name)
  return layOut([
    ['', ...names],
    ...names.map((from) => [from, ...names.map((to) => (from === to ? '' : letter(from, to)))])
  ])
}
