/** What a peer that has joined is at, for somebody who looks on. Made of its status alone. */
import { PATH_KINDS } from '../../network/path.ts'
import { reachWords } from '../../peer/monitor/reach-words.ts'
import type { MemberStatus, PeerStatus } from '../../peer/monitor/status.ts'
import { counted } from '../../peer/monitor/words.ts'
import { bytesText, percent } from '../../report/figures.ts'

export const STAGES = ['data', 'members', 'snapshot', 'catching up', 'training', 'end'] as const
export type StageName = (typeof STAGES)[number]

export interface StageNews {
  readonly name: StageName
  readonly text: string
  /** 0..1, of what has an end; null: nobody knows how long it will take. */
  readonly done: number | null
}

const count = (value: number): string => value.toLocaleString('en')

/** `4 neighbours (3 direct, 1 relayed)` */
export const neighbourWords = (members: readonly MemberStatus[]): string => {
  const linked = members.filter(({ link }) => link === 'up')
  const kinds = PATH_KINDS.flatMap((kind) => {
    const many = linked.filter(({ path }) => path?.kind === kind).length
    return many === 0 ? [] : [`${many} ${kind}`]
  })
  const ways = kinds.length === 0 ? '' : ` (${kinds.join(', ')})`
  return `${counted(linked.length, 'neighbour')}${ways}`
}

const figures = ({ loss, accuracy, testLoss }: PeerStatus): string =>
  [
    ...(loss === null ? [] : [`loss ${loss.toPrecision(3)}`]),
    ...(accuracy === null ? [] : [`accuracy ${percent(accuracy)}`]),
    ...(accuracy === null && testLoss !== null ? [`test loss ${testLoss.toPrecision(3)}`] : [])
  ].join(', ')

/** Where fewer or more take part than planned, there are more or fewer rounds. */
const roundWords = ({ round, done, swarm }: PeerStatus): string =>
  `round ${count(round)}${done === null ? ` of ${count(swarm.rounds)}` : ''}`

const trainingNews = (status: PeerStatus, name: StageName, doing: string): StageNews => {
  const measured = figures(status)
  const { links, members } = status
  const company =
    links.up > 0
      ? neighbourWords(members)
      : links.known === 0
        ? 'nobody else is known'
        : `none of ${counted(links.known, 'member')} can be reached now`
  const parts = [
    `${doing}${roundWords(status)}`,
    ...(measured === '' ? [] : [measured]),
    ...(name === 'end' ? [] : [company])
  ]
  return {
    name,
    text: parts.join(', '),
    done: status.done ?? Math.min(1, status.round / status.swarm.rounds)
  }
}

const snapshotNews = ({ bytes, total }: NonNullable<PeerStatus['joining']>): StageNews => ({
  name: 'snapshot',
  text: `${bytesText(bytes)} of ${bytesText(total)} from the members, checked piece by piece`,
  done: total === 0 ? 1 : bytes / total
})

const joiningNews = (status: PeerStatus): StageNews => {
  const { links, members } = status
  if (links.up > 0) {
    const text = `with ${neighbourWords(members)}, ${roundWords(status)}`
    return { name: 'catching up', text, done: null }
  }
  const text =
    links.known === 0 ? 'looking for the first one' : `${count(links.known)} known, none linked yet`
  return { name: 'members', text, done: null }
}

/** `leaving`: it has been told to end, and not come to its end. */
export const stageOf = (status: PeerStatus, leaving = false): StageNews => {
  // Somebody who has fallen far behind takes one, too.
  if (status.joining !== null) return snapshotNews(status.joining)
  switch (status.phase) {
    case 'starting':
      return { name: 'data', text: 'reading the data, opening the model', done: null }
    case 'joining':
      return joiningNews(status)
    case 'training':
      return trainingNews(status, 'training', '')
    case 'following':
      return trainingNews(status, 'training', 'following: ')
    case 'paused':
      return trainingNews(status, 'training', 'paused by the schedule: ')
    case 'stopping':
      return { name: 'end', text: 'finishing the round, parting from the neighbours', done: null }
    case 'finished':
      return leaving
        ? { name: 'end', text: `left at ${roundWords(status)}; joining again goes on`, done: null }
        : // Whoever came late has done fewer rounds of its own.
          { ...trainingNews(status, 'end', 'finished: '), done: 1 }
  }
}

/** What stands below the stages: how this peer is reached, and what it sends. */
export const belowStages = (status: PeerStatus): readonly string[] => {
  const { bytes, alarms } = status
  const traffic = `${bytesText(bytes.upRate)}/s up, ${bytesText(bytes.downRate)}/s down; ${bytesText(bytes.socketSent)} and ${bytesText(bytes.socketReceived)} in all`
  const troubles = alarms.map(({ severity, text, remedy }) => `${severity}: ${text} ${remedy}`)
  return [reachWords(status), traffic, ...troubles]
}
