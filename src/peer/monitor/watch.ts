/** Which alarms stand, by the figures of a moment. Pure, but for telling the alarm set. */
import type { Milliseconds } from '../../strategy/strategy.ts'
import type { AlarmSet } from './alarm-set.ts'
import { UNREACHABLE_SECONDS } from './health.ts'
import type { LoopDelay } from './loop-delay.ts'
import type { MemberStatus, PeerStatus } from './status.ts'
import { bytesInWords, counted, timeInWords } from './words.ts'

export interface Figures {
  readonly links: PeerStatus['links']
  /** Every link that is up goes through a relay. */
  readonly relayedOnly: boolean
  /** Why others refuse this peer; empty where nobody does. */
  readonly refusals: readonly string[]
  readonly agreements: Readonly<Record<MemberStatus['agreement'], number>>
  readonly loop: LoopDelay
  readonly memory: PeerStatus['memory']
  readonly disk: PeerStatus['disk']
  /** Of the last checkpoint; null: there has been none. */
  readonly checkpointBytes: number | null
  /** By which the wall clock has jumped since the last look, if it has. */
  readonly jump: Milliseconds | null
}

const LATE_MS = 250
/** Shares of the limit at which memory is short, and is not any more. */
const SHORT = 0.9
const RELIEVED = 0.85
const CHECKPOINTS = 3
const LEAST_FREE = 64e6
const NOTICE_MS: Milliseconds = 10 * 60_000

const replicas = (alarms: AlarmSet, { agrees, differs }: Figures['agreements'], since: string) => {
  const comparable = agrees + differs
  // Anybody may claim any hash: one member that differs is its own trouble, unless it is one of two.
  const most = differs > 0 && differs >= agrees
  const detail = `${differs} of ${counted(comparable, 'comparable member')}`
  alarms.set('replica-differs', most, since, `it differs from ${detail}`)
  alarms.set('member-differs', differs > 0 && !most, since, detail)
}

const memory = (alarms: AlarmSet, { rssBytes, limitBytes }: Figures['memory'], since: string) => {
  if (limitBytes === null) return
  const share = alarms.has('memory-near-limit') ? RELIEVED : SHORT
  const detail = `${bytesInWords(rssBytes)} of ${bytesInWords(limitBytes)}`
  alarms.set('memory-near-limit', rssBytes >= share * limitBytes, since, detail)
}

const disk = (alarms: AlarmSet, figures: Figures, since: string): void => {
  const free = figures.disk.freeBytes
  if (free === null) return
  const needed = Math.max(LEAST_FREE, CHECKPOINTS * (figures.checkpointBytes ?? 0))
  alarms.set('disk-low', free < needed, since, `${bytesInWords(free)} free`)
}

/** `since`: now, ISO 8601. */
export const watch = (
  alarms: AlarmSet,
  figures: Figures,
  since: string,
  now: Milliseconds
): void => {
  const { links, loop, jump } = figures
  const none = links.noneForSeconds
  const unreachable = none !== null && none >= UNREACHABLE_SECONDS
  const alone = `no link for ${timeInWords(none ?? 0)}, although ${counted(links.known, 'member')} ${links.known === 1 ? 'is' : 'are'} known`
  alarms.set('no-peers-reachable', unreachable, since, alone)
  const refused = figures.refusals.length > 0 && links.up === 0
  alarms.set('turned-away', refused, since, figures.refusals.join(', '))
  alarms.set('relayed-only', figures.relayedOnly, since, null)
  replicas(alarms, figures.agreements, since)
  memory(alarms, figures.memory, since)
  disk(alarms, figures, since)
  const late = `${Math.round(loop.p99)} ms, and ${Math.round(loop.max)} ms at the most`
  alarms.set('loop-delay', loop.p99 > LATE_MS, since, late)
  if (jump !== null) {
    const by = `${timeInWords(Math.abs(jump) / 1000)} ${jump > 0 ? 'forwards' : 'backwards'}`
    alarms.raise('clock-jump', since, by, now + NOTICE_MS)
  }
}
