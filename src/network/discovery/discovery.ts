/**
 * How members are found that nobody has named: the local network and a DHT, asked when src/swarm/search.ts
 * says so. What they say is hearsay: presence alone makes a member.
 */
import type { GossipsubEvents } from '@chainsafe/libp2p-gossipsub'
import type { Libp2p, PubSub } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import type { PeerName } from '../../strategy/strategy.ts'
import { cidOf } from '../../swarm/cid.ts'
import { type Errand, Search } from '../../swarm/search.ts'
import { protocolsOf } from '../protocols.ts'
import { withoutName } from '../without-name.ts'
import type { Kademlia } from './kademlia.ts'
import { LocalNetwork } from './local-network.ts'
import { PUBLIC_CONTACTS } from './public-contacts.ts'
import type { Scope } from './scope.ts'

export interface DiscoveryOptions {
  /** 64 hexadecimal digits. */
  readonly manifestHash: string
  /** On the local network, by multicast DNS. */
  readonly mdns: boolean
  /** own: the one that all swarms share; public: that of IPFS, where this peer asks and never answers. */
  readonly dht: 'own' | 'public' | 'off'
  /** Whether strangers can dial this peer, as far as it knows. */
  readonly reachable: () => boolean
  /** A stranger may have said it. None of the addresses, without /p2p/, has been tried. */
  readonly found: (peer: PeerName, addresses: readonly string[], by: 'mdns' | 'dht') => void
}

export interface DiscoveryParts {
  readonly node: Libp2p
  readonly scope: Scope
  /** Null: the DHT is off. */
  readonly kademlia: Kademlia | null
}

/** How often connections are tidied up, and it is looked whether this peer can answer others. */
const LOOK_MS = 10_000
/** And so long after a change: many may come at once. */
const SOON_MS = 100
/** Told of one peer, and of peers by one search. */
const MAX_ADDRESSES = 8
const MAX_FOUND = 64
/** What this peer can be dialled at, and whom it talks to. */
const CHANGES = ['self:peer:update', 'connection:open'] as const

const now = (): number => performance.now()

export class Discovery {
  readonly #options: DiscoveryOptions
  readonly #parts: DiscoveryParts
  readonly #cid: string
  readonly #search = new Search(now(), Math.random)
  readonly #local: LocalNetwork | null
  readonly #ended = new AbortController()
  readonly #busy = new Set<Errand>()
  readonly #looks: NodeJS.Timeout
  #soon: NodeJS.Timeout | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(options: DiscoveryOptions, parts: DiscoveryParts) {
    const { manifestHash } = options
    const { node } = parts
    this.#options = options
    this.#parts = parts
    this.#cid = cidOf(manifestHash)
    this.#local = options.mdns ? this.#openLocal() : null
    this.#looks = setInterval(() => {
      this.#look()
      void this.#tidy()
    }, LOOK_MS).unref()
    for (const change of CHANGES) node.addEventListener(change, this.#lookSoon)
    this.#look()
    this.#wake()
  }

  company(others: number): void {
    this.#search.company(others, now())
    this.#wake()
  }

  /** These need not wait for their turn. */
  again(...errands: readonly Errand[]): void {
    for (const errand of errands) this.#search.again(errand, now())
    this.#wake()
  }

  async stop(): Promise<void> {
    this.#ended.abort()
    clearInterval(this.#looks)
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (this.#soon !== null) clearTimeout(this.#soon)
    for (const change of CHANGES) this.#parts.node.removeEventListener(change, this.#lookSoon)
    await this.#local?.stop()
  }

  #openLocal(): LocalNetwork {
    const { manifestHash, found } = this.#options
    const { node } = this.#parts
    return new LocalNetwork({
      manifestHash,
      self: node.peerId.toString(),
      addresses: () => node.getMultiaddrs().map(String),
      found: (peer, addresses) => found(peer, addresses, 'mdns'),
      now
    })
  }

  #wake(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (this.#ended.signal.aborted) return
    for (const errand of this.#search.due(now())) void this.#run(errand)
    const wait = Math.max(0, this.#search.next - now())
    this.#timer = setTimeout(() => this.#wake(), wait).unref()
  }

  async #run(errand: Errand): Promise<void> {
    const { kademlia, scope } = this.#parts
    if (errand === 'local') this.#local?.ask()
    if (kademlia === null || errand === 'local' || this.#busy.has(errand)) return
    this.#busy.add(errand)
    try {
      if (errand === 'dht') await this.#findProviders(kademlia)
      else if (scope.own.length > 0) await kademlia.provide(this.#cid, this.#ended.signal)
    } catch {
      // Out of time, or nobody there: the next turn comes.
    }
    this.#busy.delete(errand)
  }

  async #findProviders(kademlia: Kademlia): Promise<void> {
    const { dht, found } = this.#options
    if (dht === 'public' && kademlia.contacts === 0) await this.#enterPublic()
    let count = 0
    for await (const { peer, addresses } of kademlia.providers(this.#cid, this.#ended.signal)) {
      const usable = addresses
        .filter((address) => this.#parts.scope.includes(address))
        .map((address) => withoutName(address, peer))
      if (usable.length > 0) found(peer, usable.slice(0, MAX_ADDRESSES), 'dht')
      if (++count === MAX_FOUND) return
    }
  }

  async #enterPublic(): Promise<void> {
    const { signal } = this.#ended
    const dials = PUBLIC_CONTACTS.map((address) =>
      this.#parts.node.dial(multiaddr(address), { signal })
    )
    await Promise.allSettled(dials)
  }

  readonly #lookSoon = (): void => {
    this.#soon ??= setTimeout(() => {
      this.#soon = null
      this.#look()
    }, SOON_MS).unref()
  }

  #look(): void {
    const { node, scope, kademlia } = this.#parts
    const { dht, reachable } = this.#options
    if (scope.look(node)) this.again('provide')
    const answers = dht === 'own' && (scope.isPublic ? reachable() : scope.listens)
    if (kademlia !== null && kademlia.answers !== answers) {
      void kademlia.answer(answers).catch(() => {})
    }
  }

  async #tidy(): Promise<void> {
    const { node, kademlia } = this.#parts
    const { pubsub } = node.services as { readonly pubsub?: PubSub<GossipsubEvents> }
    const topic = protocolsOf(this.#options.manifestHash).presence
    const members = new Set(pubsub?.getSubscribers(topic).map(String))
    await kademlia?.tidy((peer) => members.has(peer))
  }
}
