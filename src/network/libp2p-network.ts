import type { IncomingStreamData } from '@libp2p/interface'
import type { PeerName } from '../strategy/strategy.ts'
import { FRAME_OVERHEAD } from '../wire/frame.ts'
import { wireLimits } from '../wire/limits.ts'
import { CHANNELS, type Outgoing } from '../wire/link-end.ts'
import type { RejectReason } from '../wire/reject.ts'
import { createNode, type SwarmNode } from './create-node.ts'
import { Links } from './links.ts'
import type { Network, NetworkHandlers, NetworkOptions } from './network.ts'
import type { Announcement } from './presence.ts'
import { PresenceTopic } from './presence-topic.ts'
import { protocolsOf } from './protocols.ts'
import { NO_RATES, RateLimit, type Rates } from './rate-limit.ts'
import { SocketBytes } from './socket-bytes.ts'
import { LIMITS, linksOf, type NetworkTimings, TIMINGS } from './timings.ts'
import { urgencyOf } from './urgency.ts'

interface Parts {
  readonly node: SwarmNode
  readonly links: Links
  readonly presence: PresenceTopic
  readonly socketBytes: SocketBytes
  readonly rates: RateLimit
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
    const bytes = message.body.byteLength
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
  const rates = new RateLimit(options.rates ?? NO_RATES, options.clock)
  const socketBytes = new SocketBytes(rates, (protocol) => urgencyOf(protocol, protocols))
  // A caller that is quicker than the next lines is refused, and will call again.
  let links: Links | null = null
  const node = await createNode({
    identitySeed,
    listen,
    topic: protocols.presence,
    metrics: socketBytes,
    connections,
    isSlow: () => rates.down.limited,
    handlers: Object.fromEntries(
      (options.limits === null ? [] : CHANNELS).map((channel) => [
        protocols.channels[channel],
        ({ stream, connection }: IncomingStreamData) => links?.incoming(channel, stream, connection)
      ])
    ),
    admits: (peer, dialledBy) => links?.admits(peer, dialledBy) ?? false
  })
  links = new Links(
    node,
    { tag, limits, protocols, timings, maxLinks: linksOf(connections) },
    handlers
  )
  const presence = new PresenceTopic(
    node.services.pubsub,
    protocols.presence,
    timings.presence,
    (peer, said) => handlers.presence(peer, said)
  )
  const maxBody = limits.maxFrame - FRAME_OVERHEAD
  return new Libp2pNetwork({ node, links, presence, socketBytes, rates, maxBody })
}
