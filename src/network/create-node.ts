import { type GossipsubEvents, gossipsub } from '@chainsafe/libp2p-gossipsub'
import { defaultTopicScoreParams } from '@chainsafe/libp2p-gossipsub/score'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { type Identify, identify } from '@libp2p/identify'
import type {
  AddressSorter,
  Libp2p,
  Metrics,
  PubSub,
  StreamHandler,
  Transport
} from '@libp2p/interface'
import { type Ping, ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { webSockets } from '@libp2p/websockets'
import { createLibp2p } from 'libp2p'
import { InvalidInputError } from '../errors.ts'
import type { PeerName } from '../strategy/strategy.ts'
import { gaterOf } from './gate.ts'
import { STRANGERS } from './guard/limits.ts'
import { meteredMuxer } from './guard/metered-muxer.ts'
import { type Takes, withDoor } from './guard/socket-door.ts'
import { ListenReport } from './listen.ts'
import type { NodePart } from './node-part.ts'
import { keyOf } from './peer-name.ts'
import { withPlainChunks } from './plain-chunks.ts'
import { isCircuit } from './reach/addresses.ts'
import { LIMITS, TIMINGS } from './timings.ts'
import { ToldAddresses, type ToldComponents } from './told-addresses.ts'

/** Of one ping; heartbeats have one under way at a time, others may have more. */
const PING_TIMEOUT = 45_000
const PINGS = 6
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
  /** Services, transports and discovery beside those that every swarm has. @default none */
  readonly parts?: readonly NodePart[]
  /** The most connections that it holds; as many may be shaking hands beside them. @default 320 */
  readonly connections?: number
  /** Asked about every socket that is accepted. @default all are taken */
  readonly takes?: Takes
  /** True: streams that begin now must not grow their windows, which would all wait to be read. */
  isSlow?(): boolean
  /** Bytes of one stream that may wait to be read. @default 16 MiB */
  readonly largestWindow?: number
  /** Asked about every connection once the peer is authenticated, before anything else sees it. */
  admits(peer: PeerName, dialledBy: 'self' | 'other', way: 'direct' | 'relayed'): boolean
}

export type SwarmNode = Libp2p<{
  identify: Identify
  ping: Ping
  pubsub: PubSub<GossipsubEvents>
}>

const servicesOf = (parts: readonly NodePart[]): object =>
  Object.assign({}, ...parts.map(({ services }) => services))

/** In order, as the node starts; their ends in the opposite order, before it stops. */
const attach = (node: SwarmNode, parts: readonly NodePart[]): void => {
  const ends = parts.flatMap((part) => part.attach?.(node) ?? []).reverse()
  const stop = node.stop.bind(node)
  node.stop = async () => {
    for (const end of ends.splice(0)) await end()
    await stop()
  }
}

/** libp2p drops what has expired only when it is looked at: strangers would add up for ever. */
const forgetStrangers = (node: SwarmNode): void => {
  const look = setInterval(() => void node.peerStore.all().catch(() => {}), FORGET_EVERY).unref()
  node.addEventListener('stop', () => clearInterval(look), { once: true })
}

/** A started libp2p node. @throws InvalidInputError when any of the addresses cannot be used. */
export const createNode = async (options: NodeOptions): Promise<SwarmNode> => {
  const { connections = LIMITS.connections, listen, metrics, parts = [], topic } = options
  const report = ListenReport.forAddresses(listen)
  const told = new ToldAddresses(parts)
  const guarded = <C>(transport: (components: C) => Transport): ((components: C) => Transport) =>
    report.watched(withDoor(transport, options.takes ?? (() => true)))
  const sorter = parts.find((part) => part.sorts !== undefined)
  const addressSorter: AddressSorter = (a, b) => {
    const order = sorter?.sorts?.(`${a.multiaddr}`, `${b.multiaddr}`) ?? 0
    return order === 0 ? 0 : order < 0 ? -1 : 1
  }
  const inbound = connections - Math.floor(connections * OWN_SHARE)
  /** A peer's new connection replaces the ones that it has. */
  const isFull = (peer: PeerName, most: number): boolean => {
    const open = node.getConnections().filter(({ status }) => status === 'open')
    return open.filter(({ remotePeer }) => remotePeer.toString() !== peer).length >= most
  }
  const admits = (peer: PeerName, dialledBy: 'self' | 'other', address: string): boolean => {
    const named = dialledBy === 'self' ? /\/p2p\/([^/]+)$/.exec(address)?.[1] : undefined
    // Somebody else lives at that address; the next one may be right.
    if (named !== undefined && named !== peer) return false
    const way = isCircuit(address) ? 'relayed' : 'direct'
    const most = dialledBy === 'self' ? connections : inbound
    return !isFull(peer, most) && options.admits(peer, dialledBy, way)
  }
  const node = await createLibp2p({
    start: false,
    privateKey: await keyOf(options.identitySeed),
    addresses: { listen: [...listen], announceFilter: (addresses) => told.tell(addresses) },
    peerStore: { maxPeerAge: FORGET_AFTER, maxAddressAge: FORGET_AFTER },
    transports: [
      guarded(parts.flatMap((part) => part.tcp ?? [])[0] ?? tcp()) as never,
      guarded(webSockets()) as never,
      ...parts.flatMap((part) => (part.transports ?? []) as never[])
    ],
    peerDiscovery: parts.flatMap((part) => (part.peerDiscovery ?? []) as never[]),
    // TLS moves 1.3 times the bytes of noise on loopback (docs/decisions/0002).
    connectionEncrypters: [withPlainChunks(tls()), noise()],
    streamMuxers: [
      meteredMuxer(
        yamux({
          maxMessageSize: 1 << 20,
          maxInboundStreams: STRANGERS.openStreams,
          // Read anew for every connection.
          get maxStreamWindowSize() {
            return options.isSlow?.() ? FIRST_WINDOW : (options.largestWindow ?? LARGEST_WINDOW)
          }
        })
      )
    ],
    connectionGater: {
      ...gaterOf(parts),
      denyInboundUpgradedConnection: (peer, { remoteAddr }) =>
        !admits(`${peer}`, 'other', `${remoteAddr}`),
      denyOutboundUpgradedConnection: (peer, { remoteAddr }) =>
        !admits(`${peer}`, 'self', `${remoteAddr}`)
    },
    connectionManager: {
      maxConnections: connections,
      ...(sorter === undefined ? {} : { addressSorter }),
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
    // guard/heartbeat.ts does its work.
    connectionMonitor: { enabled: false },
    services: {
      ...servicesOf(parts),
      told: (components: ToldComponents) => told.know(components),
      // Gossipsub meets nobody whose identify has failed.
      identify: identify({ timeout: TIMINGS.handshake, maxMessageSize: STRANGERS.identifyBytes }),
      ping: ping({
        timeout: PING_TIMEOUT,
        maxInboundStreams: PINGS,
        maxOutboundStreams: PINGS
      }),
      pubsub: gossipsub({
        globalSignaturePolicy: 'StrictSign',
        allowPublishToZeroTopicPeers: true,
        // Whoever is reached through relays alone would hear nobody.
        runOnLimitedConnection: true,
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
    await node.handle(protocol, handler, {
      maxInboundStreams: 1,
      maxOutboundStreams: 1,
      runOnLimitedConnection: true
    })
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
  attach(node, parts)
  return node
}
