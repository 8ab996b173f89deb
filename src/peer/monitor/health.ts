import type { PeerStatus } from './status.ts'
import { counted, timeInWords } from './words.ts'

/** All of a status but what is said about it. */
export type StatusFacts = Omit<PeerStatus, 'line' | 'healthy' | 'reason'>

export interface Health {
  readonly healthy: boolean
  /** Sentences. */
  readonly reason: string
}

/** No link for longer than this, although members are known, is not healthy. */
export const UNREACHABLE_SECONDS = 120

const wellReason = (facts: StatusFacts): string => {
  const { phase, role, links } = facts
  const { up, known, noneForSeconds } = links
  if (phase === 'starting') return 'It is starting: data are read, the model is opened.'
  if (phase === 'stopping') return 'It has been told to stop.'
  if (phase === 'finished') return 'It has finished.'
  if (role === 'bootstrap') {
    if (known === 0) return 'Nobody has called yet.'
    return `It knows ${counted(known, 'member')}.`
  }
  if (known === 0) return 'Nobody else is known, which is no fault: whoever comes is welcome.'
  if (noneForSeconds !== null) {
    const since = timeInWords(noneForSeconds)
    return `There has been no link for ${since}; it is dialling the ${counted(known, 'known member')}.`
  }
  if (up === 0) return `It is about to dial the ${counted(known, 'known member')}.`
  return `${counted(up, 'link')} up, of ${counted(known, 'known member')}.`
}

/** Whether the peer does what it is there for. It is not healthy for as long as a critical alarm stands. */
export const healthOf = (facts: StatusFacts): Health => {
  const critical = facts.alarms.filter(({ severity }) => severity === 'critical')
  const [worst, ...others] = critical
  if (worst === undefined) return { healthy: true, reason: wellReason(facts) }
  const more = others.length === 0 ? '' : ` (${counted(others.length, 'more critical alarm')}.)`
  return { healthy: false, reason: `${worst.text} ${worst.remedy}${more}` }
}
