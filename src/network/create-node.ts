import { type GossipsubEvents, gossipsub } from '@chainsafe/libp2p-gossipsub'
import { defaultTopicScoreParams } from '@chainsafe/libp2p-gossipsub/score'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { type Identify, identify } from '@libp2p/identify'
import type { Libp2p, Metrics, PubSub, StreamHandler } from '@libp2p/interface'
import { type Ping, ping } from '@libp2p/ping'
import { tls } from '@libp2p/tls'
import { createLibp2p } from 'libp2p'
import { InvalidInputError } from '../errors.ts'
import type { PeerName } from '../strategy/strategy.ts'
import { ListenReport } from './listen.ts'
import { keyOf } from './peer-name.ts'
import { LIMITS, TIMINGS } from './timings.ts'

/** A starved peer answers late; one that is gone is noticed by TCP, or after this at the latest. */
const PING_INTERVAL = 15_000
const PING_TIMEOUT = 45_000
/** A second ping beside an unanswered one fails, and with it the connection, unless it is allowed. */
const PINGS = 2 * Math.ceil(PING_TIMEOUT / PING_INTERVAL)

/** Gossipsub's score of a member on the topic: nine messages that were rejected graylist it. */
const ONLY_INVALID_MESSAGES = {
  ...defaultTopicScoreParams,
  topicWeight: 1,
  timeInMeshWeight: 0,
  firstMessageDeliveriesWeight: 0,
  // Presence is far rarer than the traffic that the default threshold expects of everyone.
  meshMessageDeliveriesWeight: 0,
  meshFailurePenaltyWeight: 0,
  invalidMessageDeliveriesWeight: -1,
  invalidMessageDeliveriesDecay: 0.99
}

export interface NodeOptions {
  /** 32 bytes. */
  readonly identitySeed: Uint8Array
  readonly listen: readonly string[]
  /** The one gossipsub topic; others are ignored. */
  readonly topic: string
  /** By protocol id; each connection may carry one stream of each in each direction. */
  readonly handlers: Readonly<Record<string, StreamHandler>>
  readonly metrics?: Metrics
  /** Asked about every connection once the peer is authenticated, before anything else sees it. */
  admits(peer: PeerName, dialledBy: 'self' | 'other'): boolean
}

export type SwarmNode = Libp2p<{
  identify: Identify
  ping: Ping
  pubsub: PubSub<GossipsubEvents>
}>

/** A started libp2p node. @throws InvalidInputError when any of the addresses cannot be used. */
export const createNode = async (options: NodeOptions): Promise<SwarmNode> => {
  const { listen, metrics, topic } = options
  const report = ListenReport.forAddresses(listen)
  const node = await createLibp2p({
    start: false,
    privateKey: await keyOf(options.identitySeed),
    addresses: { listen: [...listen] },
    transports: [report.tcp()],
    // TLS moves 1.3 times the bytes of noise on loopback (docs/decisions/0002).
    connectionEncrypters: [tls(), noise()],
    streamMuxers: [yamux({ maxMessageSize: 1 << 20 })],
    connectionGater: {
      denyInboundUpgradedConnection: (peer) => !options.admits(peer.toString(), 'other'),
      denyOutboundUpgradedConnection: (peer) => !options.admits(peer.toString(), 'self')
    },
    connectionManager: {
      maxConnections: LIMITS.connections,
      // Many members may share one host: libp2p's defaults (5 a second, 10 at once) refuse them.
      inboundConnectionThreshold: LIMITS.connections,
      maxIncomingPendingConnections: LIMITS.connections,
      dialTimeout: TIMINGS.dial,
      inboundUpgradeTimeout: TIMINGS.dial,
      inboundStreamProtocolNegotiationTimeout: TIMINGS.handshake,
      outboundStreamProtocolNegotiationTimeout: TIMINGS.handshake
    },
    connectionMonitor: {
      pingInterval: PING_INTERVAL,
      pingTimeout: { minTimeout: PING_TIMEOUT, maxTimeout: PING_TIMEOUT }
    },
    services: {
      // Gossipsub meets nobody whose identify has failed.
      identify: identify({ timeout: TIMINGS.handshake }),
      ping: ping({
        timeout: PING_TIMEOUT,
        maxInboundStreams: PINGS,
        maxOutboundStreams: PINGS
      }),
      pubsub: gossipsub({
        globalSignaturePolicy: 'StrictSign',
        allowPublishToZeroTopicPeers: true,
        allowedTopics: [topic],
        // One RPC may carry many presences; no honest one comes near.
        maxInboundDataLength: 256 << 10,
        // What waits for a member that does not read.
        maxOutboundBufferSize: 1 << 20,
        scoreParams: {
          // Members on one host (a simulation, a laboratory) would score below the graylist.
          IPColocationFactorWeight: 0,
          topics: { [topic]: ONLY_INVALID_MESSAGES }
        }
      })
    },
    ...(metrics === undefined ? {} : { metrics: () => metrics })
  })
  for (const [protocol, handler] of Object.entries(options.handlers)) {
    await node.handle(protocol, handler, { maxInboundStreams: 1, maxOutboundStreams: 1 })
  }
  let failure: unknown = null
  try {
    await node.start()
  } catch (error) {
    failure = error
  }
  const problems = report.problems(listen)
  if (problems.length > 0) {
    await node.stop()
    throw new InvalidInputError(problems, { cause: failure })
  }
  if (failure !== null) throw failure
  return node
}
