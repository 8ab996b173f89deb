import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { type Identify, identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { type Ping, ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { webSockets } from '@libp2p/websockets'
import { createLibp2p } from 'libp2p'
import type { Milliseconds } from '../../strategy/strategy.ts'

export type ProbeNode = Libp2p<{ identify: Identify; ping: Ping }>

export interface ProbeOptions {
  /** @default none: it only calls */
  readonly listen?: readonly string[]
  /** Port that all its TCP connections come from. @default any */
  readonly from?: number
}

/** One step of a probe: it is on the other side's time, so generous, and then told with its length. */
export const STEP: Milliseconds = 10_000

/**
 * A started libp2p host that belongs to no swarm: it has a throw-away identity, so that a peer of this
 * machine that runs meanwhile is not disturbed, and nobody takes it for a member.
 */
export const createProbeNode = ({ listen = [], from }: ProbeOptions = {}): Promise<ProbeNode> =>
  createLibp2p({
    addresses: { listen: [...listen] },
    transports: [
      tcp(from === undefined ? {} : { dialOpts: { localPort: from } as never }),
      webSockets(),
      circuitRelayTransport()
    ],
    connectionEncrypters: [tls(), noise()],
    streamMuxers: [yamux()],
    // Private addresses are worth a try: the member may be next door.
    connectionGater: { denyDialMultiaddr: () => false },
    connectionManager: { dialTimeout: STEP },
    connectionMonitor: { enabled: false },
    services: {
      identify: identify({ timeout: STEP, runOnConnectionOpen: false }),
      ping: ping({ timeout: STEP })
    }
  })
