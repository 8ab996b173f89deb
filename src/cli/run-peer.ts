import { resolve } from 'node:path'
import type { PeerConfig } from '../peer/config.ts'
import { createLog } from '../peer/log.ts'
import type { PeerFlags } from './commands/peer.ts'
import { hostPeer } from './host-peer.ts'
import { loadPeerConfig } from './peer-config.ts'
import { stopSignal } from './signals.ts'

/** Flags go before what the file says. */
const readConfig = async ({ config: path, ...flags }: PeerFlags): Promise<PeerConfig> => {
  const config = await loadPeerConfig(path)
  return {
    ...config,
    backend: flags.backend ?? config.backend,
    bootstrap: [...config.bootstrap, ...(flags.bootstrap ?? [])],
    initial: flags.initial === undefined ? config.initial : resolve(flags.initial)
  }
}

export const runPeer = async (flags: PeerFlags): Promise<void> => {
  const read = (): Promise<PeerConfig> => readConfig(flags)
  const config = await read()
  const log = createLog(config.logLevel, config.logFormat)
  // For good: a second signal ends a process that hangs at its end, too.
  const { signal } = stopSignal()
  // Whoever reads the lines may go away: a launcher that died takes its peers with it.
  process.stdout.on('error', () => process.exit(1))
  await hostPeer(config, {
    read,
    log,
    signal,
    onRecord: (record) => {
      if (flags.json === true) process.stdout.write(`${JSON.stringify(record)}\n`)
    }
  })
}
