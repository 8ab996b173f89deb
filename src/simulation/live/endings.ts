/** How the daemons of a live run ended, and what is known of each. */
import { readFile } from 'node:fs/promises'
import { RunFailedError } from '../../errors.ts'
import type { PeerSummary } from '../../storage/peer-summary.ts'
import type { PeerDetail } from '../../storage/results.ts'
import type { RoundRecord } from '../../storage/round-record.ts'
import { NO_TROUBLE } from '../../training/meter.ts'
import { troubleOf } from '../trouble.ts'
import type { Ending } from './daemon.ts'
import type { PreparedPeer } from './prepare.ts'

export interface Ended {
  readonly peer: PreparedPeer
  readonly ending: Ending
  readonly summary: PeerSummary | null
}

/** A daemon that refuses its config, its data or its port. */
const BAD_INPUT = 2

export const refused = ({ code }: Ending): boolean => code === BAD_INPUT

export const NEVER_STARTED: Ending = { code: null, signal: null }

export const endingText = ({ code, signal }: Ending, summary: PeerSummary | null): string => {
  if (code === 0 && summary !== null) return 'finished'
  if (code === null && signal === null) return 'not started'
  return signal === null ? `failed (exit code ${code})` : `died (${signal})`
}

/** What is known of a peer that left no summary. */
const lastWords = (index: number, status: string, last: RoundRecord | undefined): PeerDetail => ({
  peer: index,
  status,
  rows: null,
  rounds: last === undefined ? 0 : last.round + 1,
  accuracy: null,
  loss: null,
  alone: null,
  bytesSent: last?.bytesSent ?? 0,
  bytesReceived: last?.bytesReceived ?? 0,
  sentByKind: {},
  missed: 0,
  ...NO_TROUBLE,
  rejected: {},
  chosen: {},
  classes: null,
  link: null,
  stepMs: null,
  replicaHash: null
})

export const detailOf = (
  { peer, ending, summary }: Ended,
  last: RoundRecord | undefined
): PeerDetail => {
  const status = endingText(ending, summary)
  if (summary === null) return lastWords(peer.index, status, last)
  const { backend: _b, computeSeconds: _c, socketBytesSent: _s, ...detail } = summary
  return { ...detail, peer: peer.index, status }
}

/** Throws when a daemon was refused, or none has finished: then there is only the reason to report. */
export const requireSurvivors = async (
  ended: readonly Ended[],
  logs: readonly string[]
): Promise<void> => {
  const bad = ended.find(({ ending }) => refused(ending))
  if (bad === undefined && ended.some(({ summary }) => summary !== null)) return
  const { index } = (bad ?? ended[0]!).peer
  const log = await readFile(logs[index]!, 'utf8').catch(() => '')
  // Log lines are JSON; what the peer says to people is not.
  const said = log.split('\n').filter((line) => line !== '' && !line.startsWith('{'))
  const what = bad === undefined ? 'no peer has finished' : 'a peer was refused'
  throw new RunFailedError(
    `${what}; peer ${index} says:\n${said.join('\n')}\n(all of it: ${logs[index]})`
  )
}

export const observedFaults = (details: readonly PeerDetail[]): Record<string, number> => {
  const counts = { died: 0, failed: 0, missedParts: 0, ...troubleOf(details) }
  for (const { status, missed } of details) {
    if (status.startsWith('died')) counts.died++
    if (status.startsWith('failed')) counts.failed++
    counts.missedParts += missed
  }
  return counts
}
