/**
 * The table of links and its policy. Invariants: at most one link and one connection per peer (see
 * `admits`), a direct one rather than a relayed one; a link's down precedes the peer's next up; nothing that a peer sends can throw here.
 */
import type { Connection, Stream } from '@libp2p/interface'
import type { PeerName } from '../strategy/strategy.ts'
import type { Channel } from '../wire/link-end.ts'
import { Acquaintances } from './acquaintances.ts'
import { AddressBook } from './address-book.ts'
import { Bans } from './bans.ts'
import { connectWith, isRelayed, nameOf, openConnections } from './connections.ts'
import type { SwarmNode } from './create-node.ts'
import { Dialler, Unwelcome } from './dialler.ts'
import { Doorstep, type MayLink } from './doorstep.ts'
import { Link, type LinkEvents, type LinkOptions } from './link.ts'
import type { NetworkHandlers } from './network.ts'
import type { Path, PathKind } from './path.ts'
import { PathQuota } from './reach/path-quota.ts'
import { LIMITS } from './timings.ts'

/** What other parts of the node know of connections. */
export interface LinksParts {
  /** Whether links may be held with the other end. @default always */
  readonly mayLink?: MayLink | undefined
  /** @default direct or relayed */
  kindOf?(connection: Connection): PathKind
  /** Whether others are reached over it, who would be lost with it. @default never */
  isNeeded?(connection: Connection): boolean
}

export class Links {
  readonly #node: SwarmNode
  readonly #options: LinkOptions
  readonly #handlers: NetworkHandlers
  readonly #links = new Map<PeerName, Link>()
  readonly #bans = new Bans()
  readonly #book = new AddressBook()
  readonly #dialler: Dialler
  readonly #acquaintances: Acquaintances
  readonly #parts: LinksParts
  readonly #doorstep: Doorstep
  /** Peers whose relayed connection makes room for a direct one at this moment. */
  readonly #improved = new Set<PeerName>()
  /** By neighbour: its last link's way, as it was reported. */
  readonly #ways = new Map<PeerName, string>()
  readonly #sweep: NodeJS.Timeout
  #allDown: (() => void) | null = null
  #stopped = false

  constructor(
    node: SwarmNode,
    options: LinkOptions,
    handlers: NetworkHandlers,
    parts: LinksParts = {}
  ) {
    const { timings } = options
    this.#node = node
    this.#options = options
    this.#handlers = handlers
    this.#parts = parts
    this.#doorstep = new Doorstep(parts.mayLink ?? (() => true))
    this.#dialler = new Dialler(node.peerId.toString(), timings, {
      connect: (peer, signal) => this.#connect(peer, signal),
      isConnected: (peer) => this.#connections(peer).length > 0,
      failed: (peer) => handlers.failed?.(peer)
    })
    this.#acquaintances = new Acquaintances(node, timings, (peer) => this.#book.targets(peer))
    this.#sweep = setInterval(() => this.#sweepIdle(), timings.idle / 8).unref()
    node.addEventListener('connection:close', ({ detail }) => this.#linkOn(detail)?.down())
    node.addEventListener('connection:open', ({ detail }) => {
      if (this.#improved.delete(nameOf(detail))) this.#dialler.resume(nameOf(detail))
    })
  }

  introduce(peer: PeerName, addresses: readonly string[]): void {
    if (!this.#book.learn(peer, addresses)) return
    this.#dialler.moved(peer)
    this.#acquaintances.moved(peer)
  }

  meet(peers: readonly PeerName[]): void {
    // A link is a connection; two that dial for one peer could cross.
    this.#acquaintances.want(peers.filter((peer) => !this.#dialler.wants(peer)))
  }

  want(peers: readonly PeerName[]): void {
    this.#dialler.want(peers)
  }

  get(peer: PeerName): Link | undefined {
    return this.#links.get(peer)
  }

  path(peer: PeerName): Path | null {
    const link = this.#links.get(peer)
    const connection = link?.connection ?? this.#connections(peer)[0]
    if (connection === undefined) return null
    return {
      kind: this.#kindOf(connection),
      address: connection.remoteAddr.toString(),
      quota: link === undefined ? new PathQuota(connection).left : link.quota,
      rttMs: connection.rtt ?? null
    }
  }

  #kindOf(connection: Connection): PathKind {
    return this.#parts.kindOf?.(connection) ?? (isRelayed(connection) ? 'relayed' : 'direct')
  }

  reset(peer: PeerName, ban: boolean): void {
    if (ban) this.#bans.add(peer, this.#options.timings.ban)
    this.#links.get(peer)?.down()
    // A banned peer may hold a connection without a link, too.
    if (ban) for (const connection of this.#connections(peer)) connection.abort(new Error('banned'))
  }

  /**
   * One connection per peer, decided before the new one counts: gossipsub keeps one stream per peer
   * and goes deaf when that dies with one of two connections. Of connections made at the same time
   * both ends keep the one dialled by the peer whose name sorts first; otherwise the newest wins,
   * since a peer that has restarted knows nothing of the old one. A direct one replaces whatever is
   * relayed, and no relayed one a direct one.
   */
  admits(peer: PeerName, dialledBy: 'self' | 'other', way: 'direct' | 'relayed'): boolean {
    if (this.#stopped || this.#bans.has(peer)) return false
    const connections = this.#connections(peer)
    const existing = connections.filter((one) => isRelayed(one) === (way === 'relayed'))
    if (way === 'relayed' && existing.length < connections.length) return false
    const self = this.#node.peerId.toString()
    const dialler = (own: boolean): PeerName => (own ? self : peer)
    // libp2p's own times are the clock's.
    const youngest = Date.now() - this.#options.timings.simultaneous
    const defers = existing.some(
      ({ direction, timeline }) =>
        timeline.open > youngest &&
        dialler(direction === 'outbound') < dialler(dialledBy === 'self')
    )
    if (defers) return false
    if (existing.length < connections.length) this.#improved.add(peer)
    for (const connection of connections) connection.abort(new Error('a newer one has come'))
    return true
  }

  #connections(peer: PeerName): readonly Connection[] {
    return openConnections(this.#node, peer)
  }

  async #connect(peer: PeerName, signal: AbortSignal): Promise<void> {
    if (this.#links.has(peer)) return
    const connection = await connectWith(this.#node, peer, this.#book.targets(peer), signal)
    signal.throwIfAborted()
    if (nameOf(connection) === peer && !(await this.#doorstep.admits(connection))) {
      throw new Unwelcome()
    }
    signal.throwIfAborted()
    if (this.#links.has(peer)) return
    if (nameOf(connection) !== peer || !this.#mayBegin(connection)) {
      connection.abort(new Error('refused'))
      throw new Error('refused')
    }
    void this.#begin(connection).open()
  }

  /** The other end has opened a stream: it wants a link, whether or not this end does. */
  incoming(channel: Channel, stream: Stream, connection: Connection): void {
    const link = this.#linkOn(connection)
    if (link !== undefined) link.accept(channel, stream)
    else if (!this.#mayBegin(connection)) connection.abort(new Error('refused'))
    else this.#doorstep.arrive(channel, stream, connection, (all) => this.#enter(all, connection))
  }

  #enter(streams: ReadonlyMap<Channel, Stream>, connection: Connection): void {
    const link = this.#linkOn(connection)
    if (link === undefined && !this.#mayBegin(connection)) {
      connection.abort(new Error('refused'))
      return
    }
    const entered = link ?? this.#begin(connection)
    for (const [channel, stream] of streams) entered.accept(channel, stream)
    if (link === undefined) void entered.open()
  }

  #mayBegin(connection: Connection): boolean {
    const refused = this.#stopped || this.#bans.has(nameOf(connection))
    return !refused && connection.status === 'open' && this.#links.size < this.#options.maxLinks
  }

  #linkOn(connection: Connection): Link | undefined {
    const link = this.#links.get(nameOf(connection))
    return link?.connection.id === connection.id ? link : undefined
  }

  #begin(connection: Connection): Link {
    const peer = nameOf(connection)
    this.#links.get(peer)?.down()
    const link = new Link(connection, this.#options, this.#eventsOf(peer, connection))
    this.#links.set(peer, link)
    return link
  }

  #eventsOf(peer: PeerName, connection: Connection): LinkEvents {
    const handlers = this.#handlers
    return {
      up: () => {
        this.#dialler.up(peer)
        handlers.link(peer, 'up')
        this.#reportWay(peer, connection)
      },
      down: (wasUp) => {
        this.#links.delete(peer)
        // Later: the caller of `send` or `reset` must not be called back in the middle of its work.
        if (wasUp) queueMicrotask(() => handlers.link(peer, 'down'))
        this.#dialler.lost(peer)
        if (this.#links.size === 0) this.#allDown?.()
      },
      message: (channel, frame, consumed) => handlers.message(peer, channel, frame, consumed),
      rejected: (reason) => handlers.rejected(peer, reason),
      misbehaved: () => this.reset(peer, true),
      sent: (kind, bytes) => handlers.sent(peer, kind, bytes),
      received: (kind, bytes) => handlers.received(peer, kind, bytes)
    }
  }

  /** Once for each way: a link that only comes back the same way is no news. */
  #reportWay(peer: PeerName, connection: Connection): void {
    const path = this.path(peer)
    if (path === null) return
    const relay = isRelayed(connection) ? path.address : ''
    const way = `${path.kind} ${relay}`
    if (this.#ways.get(peer) === way) return
    this.#ways.delete(peer)
    this.#ways.set(peer, way)
    if (this.#ways.size > LIMITS.members) this.#ways.delete(this.#ways.keys().next().value!)
    this.#handlers.path?.(peer, path)
  }

  #sweepIdle(): void {
    this.#bans.sweep()
    const now = performance.now()
    for (const [peer, link] of this.#links) {
      link.finishIfSpent()
      if (this.#dialler.wants(peer) || link.idleFor(now) < this.#options.timings.idle) continue
      if (!this.#parts.isNeeded?.(link.connection)) link.down()
    }
  }

  /** Lets neighbours read what was sent, if they are quick, and takes every link down. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#dialler.stop()
    this.#acquaintances.stop()
    clearInterval(this.#sweep)
    if (this.#links.size === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#options.timings.linger)
      this.#allDown = () => {
        clearTimeout(timer)
        resolve()
      }
      for (const link of this.#links.values()) link.finish()
    })
    for (const link of this.#links.values()) link.down()
  }
}
