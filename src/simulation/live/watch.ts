import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type PeerSummary, peerSummarySchema, SUMMARY_FILE } from '../../storage/peer-summary.ts'
import type { Daemon } from './daemon.ts'
import { type Ended, NEVER_STARTED, refused } from './endings.ts'
import type { PreparedPeer } from './prepare.ts'

/** Leaving, the last evaluation and the files take seconds; who needs longer than this hangs. */
const STOP_PATIENCE_MS = 60_000

/** Null when there is none, or it is damaged: then nothing is known of how the peer ended. */
const readSummary = async (state: string): Promise<PeerSummary | null> => {
  try {
    const text = await readFile(join(state, SUMMARY_FILE), 'utf8')
    return peerSummarySchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/**
 * Starts a daemon for every peer and waits for all of them; none outlives this call, nor the process.
 * One that hangs after it was told to stop is killed. A swarm of which one peer is refused at the start
 * (a port that was taken meanwhile) is stopped: it would not be the scenario's.
 */
export const watchDaemons = async (
  peers: readonly PreparedPeer[],
  start: (peer: PreparedPeer) => Daemon,
  signal: AbortSignal,
  onEnded: (ended: Ended) => void
): Promise<readonly Ended[]> => {
  if (signal.aborted) return peers.map((peer) => ({ peer, ending: NEVER_STARTED, summary: null }))
  const daemons: Daemon[] = []
  let deadline: NodeJS.Timeout | undefined
  const kill = (): void => {
    for (const daemon of daemons) daemon.kill()
  }
  const stop = (): void => {
    for (const daemon of daemons) daemon.stop()
    deadline ??= setTimeout(kill, STOP_PATIENCE_MS)
  }
  const wait = async (peer: PreparedPeer): Promise<Ended> => {
    const ending = await daemons[peer.index]!.ended
    if (refused(ending)) stop()
    const ended = { peer, ending, summary: await readSummary(peer.state) }
    onEnded(ended)
    return ended
  }
  process.once('exit', kill)
  signal.addEventListener('abort', stop)
  try {
    for (const peer of peers) daemons.push(start(peer))
    return await Promise.all(peers.map(wait))
  } finally {
    kill()
    clearTimeout(deadline)
    signal.removeEventListener('abort', stop)
    process.removeListener('exit', kill)
  }
}
