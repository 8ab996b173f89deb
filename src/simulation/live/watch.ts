import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type PeerSummary, peerSummarySchema, SUMMARY_FILE } from '../../storage/peer-summary.ts'
import type { Daemon } from './daemon.ts'
import { type Ended, refused } from './endings.ts'
import type { PreparedPeer } from './prepare.ts'

const readSummary = async (state: string): Promise<PeerSummary | null> => {
  const text = await readFile(join(state, SUMMARY_FILE), 'utf8').catch(() => null)
  return text === null ? null : peerSummarySchema.parse(JSON.parse(text))
}

/**
 * Waits for every daemon; none outlives this call, nor the process. A swarm of which one is refused
 * at the start (a port that was taken meanwhile) is stopped: it would not be the scenario's.
 */
export const watchDaemons = async (
  peers: readonly PreparedPeer[],
  daemons: readonly Daemon[],
  signal: AbortSignal
): Promise<readonly Ended[]> => {
  const stop = (): void => {
    for (const daemon of daemons) daemon.stop()
  }
  const kill = (): void => {
    for (const daemon of daemons) daemon.kill()
  }
  const wait = async (peer: PreparedPeer): Promise<Ended> => {
    const ending = await daemons[peer.index]!.ended
    if (refused(ending)) stop()
    return { peer, ending, summary: await readSummary(peer.state) }
  }
  process.once('exit', kill)
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  try {
    return await Promise.all(peers.map(wait))
  } finally {
    signal.removeEventListener('abort', stop)
    process.removeListener('exit', kill)
  }
}
