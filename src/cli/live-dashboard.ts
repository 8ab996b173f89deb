/** One page for all peers of a live run: the launcher asks each over its control socket. */
import { startHttp } from '../dashboard/start-http.ts'
import type { Spectator } from '../simulation/live/live-run.ts'
import type { RoundRecord } from '../storage/round-record.ts'
import { askPeer } from './control-client.ts'
import { LiveSwarm } from './live-swarm.ts'

const EVERY_MS = 1000
/** A peer that does not answer for so long is shown as it was. */
const SILENCE_MS = 5000
const MAX_BYTES = 4 << 20

export interface LiveDashboard extends Spectator {
  readonly url: string
  record(record: RoundRecord): void
  close(): Promise<void>
}

const METRICS = '# A local run has no metrics of its own: each of its peers serves them.\n'

/** On loopback, for as long as the run goes on. */
export const openLiveDashboard = async (): Promise<LiveDashboard> => {
  const swarm = new LiveSwarm((state) =>
    askPeer(state, '/status', { maxBytes: MAX_BYTES, silenceMs: SILENCE_MS })
  )
  const http = await startHttp({
    source: swarm,
    metrics: async () => METRICS,
    host: '127.0.0.1',
    port: null,
    token: null
  })
  const timer = setInterval(() => swarm.ask(), EVERY_MS).unref()
  return {
    url: http.url,
    started: (peers) => swarm.started(peers),
    ended: (peer, how) => swarm.ended(peer, how),
    record: (record) => swarm.record(record),
    close: async () => {
      clearInterval(timer)
      await http.close()
    }
  }
}
