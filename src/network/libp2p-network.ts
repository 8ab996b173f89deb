import type { IncomingStreamData } from '@libp2p/interface'
import type { PeerName } from '../strategy/strategy.ts'
import { FRAME_OVERHEAD } from '../wire/frame.ts'
import { wireLimits } from '../wire/limits.ts'
import { CHANNELS, frameBytes, type Outgoing } from '../wire/link-end.ts'
import type { RejectReason } from '../wire/reject.ts'
import { createNode, type SwarmNode } from './create-node.ts'
import { Door } from './door/door.ts'
import { Guard } from './guard/guard.ts'
import { Links } from './links.ts'
import type { Network, NetworkHandlers, NetworkOptions } from './network.ts'
import type { NodePart } from './node-part.ts'
import type { Path } from './path.ts'
import { peerNameOf } from './peer-name.ts'
import type { Announcement } from './presence.ts'
import { PresenceTopic } from './presence-topic.ts'
import { protocolsOf } from './protocols.ts'
import { NO_RATES, RateLimit, type Rates } from './rate-limit.ts'
import { carries } from './reach/quota.ts'
import { Reach } from './reach/reach.ts'
import { NO_REACHABILITY, type Reachability } from './reachability.ts'
import { SocketBytes } from './socket-bytes.ts'
import { LIMITS, linksOf, type NetworkTimings, TIMINGS } from './timings.ts'
import { urgencyOf } from './urgency.ts'

interface Parts {
  readonly node: SwarmNode
  readonly links: Links
  readonly presence: PresenceTopic
  readonly socketBytes: SocketBytes
  readonly rates: RateLimit
  readonly reach: Reach | null
  readonly all: readonly NodePart[]
  readonly maxBody: number
}

class Libp2pNetwork implements Network {
  readonly self: PeerName
  readonly #parts: Parts
  #stopping: Promise<void> | null = null

  constructor(parts: Parts) {
    this.self = parts.node.peerId.toString()
    this.#parts = parts
  }

  addresses(): readonly string[] {
    return this.#parts.node.getMultiaddrs().map((address) => address.toString())
  }

  introduce(peer: PeerName, addresses: readonly string[]): void {
    this.#parts.links.introduce(peer, addresses)
  }

  want(peers: readonly PeerName[]): void {
    if (this.#stopping === null) this.#parts.links.want(peers)
  }

  meet(peers: readonly PeerName[]): void {
    if (this.#stopping === null) this.#parts.links.meet(peers)
  }

  send(peer: PeerName, message: Outgoing, delivery: 'latest' | 'every'): void {
    const { links, maxBody } = this.#parts
    const bytes = frameBytes(message) - FRAME_OVERHEAD
    if (bytes > maxBody) throw new RangeError(`a body of ${bytes} bytes; at most ${maxBody} fit`)
    links.get(peer)?.send(message, delivery)
  }

  reject(peer: PeerName, reason: RejectReason): void {
    this.#parts.links.get(peer)?.reject(reason)
  }

  reset(peer: PeerName, { ban }: { readonly ban: boolean }): void {
    this.#parts.links.reset(peer, ban)
  }

  announce(presence: Announcement): void {
    this.#parts.presence.announce(presence)
  }

  path(peer: PeerName): Path | null {
    return this.#parts.links.path(peer)
  }

  canCarry(peer: PeerName, bytes: number): boolean {
    const path = this.path(peer)
    return path !== null && carries(path.quota, bytes)
  }

  reachability(): Reachability {
    return this.#parts.reach?.reachability ?? NO_REACHABILITY
  }

  company(others: number): void {
    for (const part of this.#parts.all) part.company?.(others)
  }

  socketBytesSent(): number {
    return this.#parts.socketBytes.sent
  }

  socketBytesReceived(): number {
    return this.#parts.socketBytes.received
  }

  limit(rates: Rates): void {
    this.#parts.rates.set(rates)
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    await this.#parts.presence.stop()
    await this.#parts.links.stop()
    // What still waits for its turn must not hold up the end.
    this.#parts.rates.set(NO_RATES)
    await this.#parts.node.stop()
  }
}

/**
 * Of a stream of a peer that may relay: so much of either direction of a circuit may wait in memory for an
 * end that does not read.
 */
const RELAY_WINDOW = 2 << 20

/** Null: everybody is a member, and nobody is told anything else. */
const doorOf = async (
  { door, manifestHash, identitySeed }: NetworkOptions,
  handlers: NetworkHandlers
): Promise<Door | null> => {
  if (door === undefined) return null
  const self = await peerNameOf(identitySeed)
  return new Door({
    ...door,
    self,
    manifestHash,
    refused: (...about) => handlers.refused?.(...about)
  })
}

/** A started network. @throws InvalidInputError when it cannot listen as it was told. */
export const createNetwork = async (
  options: NetworkOptions,
  handlers: NetworkHandlers,
  timings: NetworkTimings = TIMINGS
): Promise<Network> => {
  const { identitySeed, listen, manifestHash, tag } = options
  const limits = options.limits ?? wireLimits(0)
  const { connections = LIMITS.connections } = options
  const protocols = protocolsOf(manifestHash)
  const door = await doorOf(options, handlers)
  const reach = options.reach?.on ? await Reach.prepare(options.reach) : null
  const own = [reach, door?.part].filter((part) => part != null)
  const rates = new RateLimit(options.rates ?? NO_RATES, options.clock)
  // A caller that is quicker than the next lines is refused, and will call again.
  let links: Links | null = null
  const guard = new Guard({
    connections,
    pulse: timings.pulse,
    isTrusted: (peer) => links?.get(peer) !== undefined || reach?.serves(peer) === true
  })
  const socketBytes = new SocketBytes(
    rates,
    (protocol) => urgencyOf(protocol, protocols),
    (connection) => guard.watch(connection)
  )
  const parts = [...guard.parts, ...own, ...(options.parts ?? [])]
  const node = await createNode({
    identitySeed,
    listen: options.reach?.mode === 'outbound' ? [] : listen,
    topic: protocols.presence,
    metrics: socketBytes,
    connections,
    takes: (socket) => guard.takes(socket),
    parts,
    isSlow: () => rates.down.limited,
    ...(reach === null ? {} : { largestWindow: RELAY_WINDOW }),
    handlers: Object.fromEntries(
      (options.limits === null ? [] : CHANNELS).map((channel) => [
        protocols.channels[channel],
        ({ stream, connection }: IncomingStreamData) => links?.incoming(channel, stream, connection)
      ])
    ),
    admits: (...about) => links?.admits(...about) ?? false
  })
  links = new Links(
    node,
    { tag, limits, protocols, timings, maxLinks: linksOf(connections) },
    handlers,
    {
      mayLink: door === null ? undefined : (connection) => door.mayLink(connection),
      kindOf: (connection) => reach?.kindOf(connection) ?? 'direct',
      isNeeded: (connection) => reach?.isNeeded(connection) ?? false
    }
  )
  const presence = new PresenceTopic(
    node.services.pubsub,
    protocols.presence,
    timings.presence,
    (peer, said) => handlers.presence(peer, said),
    door === null ? {} : { admits: (...about) => door.hears(...about) }
  )
  const maxBody = limits.maxFrame - FRAME_OVERHEAD
  return new Libp2pNetwork({
    node,
    links,
    presence,
    socketBytes,
    rates,
    reach,
    all: parts,
    maxBody
  })
}
