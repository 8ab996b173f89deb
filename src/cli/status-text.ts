/** A peer's status in a terminal: the line, what is wrong, a few facts, and its neighbours. */
import { reachWords, waysWords } from '../peer/monitor/reach-words.ts'
import type { MemberStatus, PeerStatus } from '../peer/monitor/status.ts'
import { borderlessTable } from '../report/borderless-table.ts'
import { bytesText, percent } from '../report/figures.ts'

/** Others are counted. */
const MAX_MEMBERS = 20
const LABEL_WIDTH = 14
const SHORT = 8

const count = (value: number): string => value.toLocaleString('en')

const age = (seconds: number | null): string => {
  if (seconds === null) return 'never'
  if (seconds < 120) return `${Math.round(seconds)} s ago`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`
  return `${Math.round(seconds / 3600)} h ago`
}

const span = (seconds: number): string => {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${Math.floor(seconds % 60)} s`
}

const number = (value: number | null): string => (value === null ? '-' : value.toPrecision(4))

const since = (moment: string | null, now: string): number | null =>
  moment === null ? null : (Date.parse(now) - Date.parse(moment)) / 1000

const agreement = ({ members, replica }: PeerStatus): string => {
  const agree = members.filter((member) => member.agreement === 'agrees').length
  const differ = members.filter((member) => member.agreement === 'differs').length
  const hash = replica === null ? 'none yet' : `${replica.hash} at cut ${replica.cut}`
  return agree + differ === 0 ? hash : `${hash}; ${agree} of ${agree + differ} agree`
}

const facts = (status: PeerStatus): ReadonlyArray<readonly [string, string]> => {
  const { swarm, model, bytes, time, memory, disk, checkpoint, at } = status
  const limit = memory.limitBytes === null ? '' : ` of ${bytesText(memory.limitBytes)}`
  const free = disk.freeBytes === null ? '' : `, ${bytesText(disk.freeBytes)} free`
  const median = status.medianRound === null ? '' : `, median ${count(status.medianRound)}`
  const course =
    status.done === null
      ? ` of ${count(swarm.rounds)}${median}`
      : `, ${percent(status.done)} of the run is over`
  const saved =
    checkpoint.at === null
      ? 'none yet'
      : `round ${checkpoint.round ?? '-'}, ${age(since(checkpoint.at, at))}, ${bytesText(checkpoint.bytes ?? 0)}`
  const failures = checkpoint.failures === 0 ? '' : `; ${count(checkpoint.failures)} failed`
  return [
    ['peer', `${status.self} (${status.role}, pid ${status.pid})`],
    ['swarm', `${swarm.name}: ${swarm.strategy}, ${swarm.topology}`],
    ['model', `${model.name}, ${count(model.parameters)} parameters, on ${status.backend}`],
    ['state', `${status.phase}, up ${span(time.uptimeSeconds)}; ${status.reason}`],
    ['round', `${count(status.round)}${course}`],
    ['loss', `${number(status.loss)} training, ${number(status.testLoss)} test`],
    ['accuracy', percent(status.accuracy)],
    ['replica', agreement(status)],
    ['reach', reachWords(status)],
    ['neighbours', waysWords(status)],
    [
      'traffic',
      `${bytesText(bytes.upRate)}/s up, ${bytesText(bytes.downRate)}/s down; ` +
        `${bytesText(bytes.socketSent)} and ${bytesText(bytes.socketReceived)} in all`
    ],
    [
      'time',
      `${percent(time.computeUtilisation)} computing; ` +
        `all else takes ${percent(time.overheadUtilisation)} of a core`
    ],
    ['memory', `${bytesText(memory.rssBytes)}${limit}`],
    ['disk', `${bytesText(disk.usedBytes)} used${free}`],
    ['checkpoint', `${saved}${failures}`]
  ]
}

/** What is between this peer and that one: how it is reached, or why not. */
const linkWord = ({ left, link, path, refused, wanted }: MemberStatus): string => {
  if (left) return 'left'
  if (link === 'up') return path?.kind ?? 'linked'
  if (refused !== null) return `refused: ${refused.why}`
  return wanted ? 'wanted' : '-'
}

const memberRow = (member: MemberStatus): readonly string[] => [
  member.name.slice(-SHORT),
  member.role,
  linkWord(member),
  member.round === null ? '-' : count(member.round),
  number(member.loss),
  member.agreement,
  bytesText(member.bytesSent),
  bytesText(member.bytesReceived),
  age(member.heardSecondsAgo)
]

const HEAD = ['member', 'role', 'link', 'round', 'loss', 'replica', 'to it', 'from it', 'heard']

/** Those with a link first, then those of which something has been heard last. */
const order = (a: MemberStatus, b: MemberStatus): number =>
  (a.link === b.link ? 0 : a.link === 'up' ? -1 : 1) ||
  (a.heardSecondsAgo ?? Infinity) - (b.heardSecondsAgo ?? Infinity) ||
  (a.name < b.name ? -1 : 1)

const membersText = (members: readonly MemberStatus[]): string => {
  if (members.length === 0) return 'no other member is known'
  const shown = [...members].sort(order).slice(0, MAX_MEMBERS)
  const table = borderlessTable(HEAD, ['member', 'role', 'link', 'replica'], shown.map(memberRow))
  const rest = members.length - shown.length
  return rest === 0 ? table : `${table}\nand ${count(rest)} others`
}

/** Several lines, the first of them the state line; without colours. */
export const statusText = (status: PeerStatus): string => {
  const alarms = status.alarms.map(
    ({ name, severity, text, remedy }) => `${severity}: ${text} (${name})\n  ${remedy}`
  )
  const rows = facts(status).map(([name, value]) => `${name.padEnd(LABEL_WIDTH)}${value}`)
  return [status.line, ...alarms, '', ...rows, '', membersText(status.members)].join('\n')
}
