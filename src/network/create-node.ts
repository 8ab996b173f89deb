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
/** Dials that may be under way at a time, and that may wait beside these. */
const DIALS = 100
const DIAL_QUEUE = 500
/** Of all connections: what strangers who call leave free for those that this peer wants to call. */
const OWN_SHARE = 1 / 8

/** Of a stream's window: as it begins, and as it may grow. */
const FIRST_WINDOW = 256 << 10
const LARGEST_WINDOW = 16 << 20

/** What libp2p remembers of peers that have called goes after so long, and is looked through so often. */
const FORGET_AFTER = 3_600_000
const FORGET_EVERY = 600_000

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
  /** The most connections that it holds; as many may be shaking hands beside them. @default 320 */
  readonly connections?: number
  /** True: streams that begin now must not grow their windows, which would all wait to be read. */
  isSlow?(): boolean
  /** Asked about every connection once the peer is authenticated, before anything else sees it. */
  admits(peer: PeerName, dialledBy: 'self' | 'other'): boolean
}

export type SwarmNode = Libp2p<{
  identify: Identify
  ping: Ping
  pubsub: PubSub<GossipsubEvents>
}>

/** libp2p drops what has expired only when it is looked at: strangers would add up for ever. */
const forgetStrangers = (node: SwarmNode): void => {
  const look = setInterval(() => void node.peerStore.all().catch(() => {}), FORGET_EVERY).unref()
  node.addEventListener('stop', () => clearInterval(look), { once: true })
}

/** A started libp2p node. @throws InvalidInputError when any of the addresses cannot be used. */
export const createNode = async (options: NodeOptions): Promise<SwarmNode> => {
  const { connections = LIMITS.connections, listen, metrics, topic } = options
  const report = ListenReport.forAddresses(listen)
  const inbound = connections - Math.floor(connections * OWN_SHARE)
  /** A peer's new connection replaces the ones that it has. */
  const isFull = (peer: PeerName, most: number): boolean => {
    const open = node.getConnections().filter(({ status }) => status === 'open')
    return open.filter(({ remotePeer }) => remotePeer.toString() !== peer).length >= most
  }
  const admits = (peer: PeerName, dialledBy: 'self' | 'other'): boolean =>
    !isFull(peer, dialledBy === 'self' ? connections : inbound) && options.admits(peer, dialledBy)
  const node = await createLibp2p({
    start: false,
    privateKey: await keyOf(options.identitySeed),
    addresses: { listen: [...listen] },
    peerStore: { maxPeerAge: FORGET_AFTER, maxAddressAge: FORGET_AFTER },
    transports: [report.tcp()],
    // TLS moves 1.3 times the bytes of noise on loopback (docs/decisions/0002).
    connectionEncrypters: [tls(), noise()],
    streamMuxers: [
      yamux({
        maxMessageSize: 1 << 20,
        // Read anew for every connection.
        get maxStreamWindowSize() {
          return options.isSlow?.() ? FIRST_WINDOW : LARGEST_WINDOW
        }
      })
    ],
    connectionGater: {
      denyInboundUpgradedConnection: (peer) => !admits(peer.toString(), 'other'),
      denyOutboundUpgradedConnection: (peer) => !admits(peer.toString(), 'self')
    },
    connectionManager: {
      maxConnections: connections,
      // Many members may share one host: libp2p's defaults (5 a second, 10 at once) refuse them.
      inboundConnectionThreshold: connections,
      maxIncomingPendingConnections: connections,
      maxParallelDials: Math.min(DIALS, connections),
      maxDialQueueLength: DIAL_QUEUE,
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
  forgetStrangers(node)
  return node
}
