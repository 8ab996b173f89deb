import { startControl } from '../dashboard/start-control.ts'
import { startHttp } from '../dashboard/start-http.ts'
import type { PeerConfig } from '../peer/config.ts'
import type { Log } from '../peer/log.ts'
import { metricsText } from '../peer/monitor/metrics.ts'
import type { ShownPeer } from '../peer/peer.ts'

/** Dashboard and metrics for browsers and scrapers, and the control socket for the commands. */
export const servePeer = async (
  { monitor, replica }: ShownPeer,
  { http, state }: PeerConfig,
  log: Log
): Promise<() => Promise<void>> => {
  const metrics = (): Promise<string> => metricsText(monitor.status())
  const failed = (error: unknown): void => log.error({ err: error }, 'a request failed')
  const served = { source: monitor, metrics, failed }
  const control = await startControl({ state, replica, ...served })
  log.info({ address: control.address }, 'control socket')
  if (http === null) return control.close
  try {
    const page = await startHttp({ ...served, ...http })
    log.info({ url: page.url }, 'dashboard')
    return async () => {
      await page.close()
      await control.close()
    }
  } catch (error) {
    await control.close()
    throw error
  }
}
