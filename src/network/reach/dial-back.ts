import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import type { Libp2p } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { webSockets } from '@libp2p/websockets'
import type { Multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { Milliseconds } from '../../strategy/strategy.ts'

/** Of one address. */
const TIMEOUT: Milliseconds = 5_000

/**
 * Calls peers under a name of its own: a second connection of the same peer would take the place of the
 * first. Made when it is needed first.
 */
export class DialBack {
  #node: Promise<Libp2p> | null = null

  /** Whether the peer that an address names could be called there. */
  async reaches(address: Multiaddr): Promise<boolean> {
    this.#node ??= createLibp2p({
      addresses: { listen: [] },
      transports: [tcp(), webSockets()],
      connectionEncrypters: [tls(), noise()],
      streamMuxers: [yamux()],
      connectionMonitor: { enabled: false }
    })
    try {
      const node = await this.#node
      const connection = await node.dial(address, { signal: AbortSignal.timeout(TIMEOUT) })
      connection.abort(new Error('that was all'))
      return `${connection.remotePeer}` === address.getPeerId()
    } catch {
      return false
    }
  }

  async stop(): Promise<void> {
    await (await this.#node)?.stop()
  }
}
