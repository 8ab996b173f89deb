import type { PeerId } from '@libp2p/interface'
import { kadDHT } from '@libp2p/kad-dht'
import { peerIdFromString } from '@libp2p/peer-id'
import { CID } from 'multiformats/cid'
import type { PeerName } from '../../strategy/strategy.ts'
import { rangeOf } from '../address-range.ts'
import { Answering } from './answering.ts'
import { Calls } from './calls.ts'
import { ContactAddresses } from './contact-addresses.ts'
import { contactStore } from './contact-store.ts'
import type { KadClass, KadComponents } from './kad.ts'
import { PROVIDER_LIMITS, ProviderRecords } from './provider-records.ts'
import { recordStore } from './record-store.ts'
import { Verified } from './verified.ts'

/**
 * Contacts of a bucket, and peers that keep a record. Fewer than elsewhere (20): every one of them costs a
 * connection, and records are told again after minutes, not after a day.
 */
const BUCKET = 10
/** Requests of one query: on so many paths, so many at a time on each. */
const PATHS = 3
/** Requests of one connection that are answered at a time. */
const STREAMS = 8
/** The program's own schedule provides again (src/swarm/search.ts). */
const NEVER_MS = 2 ** 31 - 1
/** Members first: the neighbourhood of this peer's own id is looked through after that, and then so often. */
const OWN_NEIGHBOURHOOD_MS = [60_000, 15 * 60_000] as const
/** Of one query. */
const QUERY_MS = 30_000

export interface KademliaOptions {
  /** Protocol id. */
  readonly protocol: string
  /** Text of a multiaddr: whether it is of any use to those who ask, and to this peer. */
  readonly isUsable: (address: string) => boolean
  /** There is a contact, where there was none. */
  readonly begins: () => void
}

export interface Provider {
  readonly peer: PeerName
  readonly addresses: readonly string[]
}

/** A Kademlia DHT (kad-dht) that keeps, dials and answers within the bounds of the files beside this one. */
export class Kademlia {
  readonly #kad: KadClass
  readonly #calls: Calls
  readonly #self: PeerId

  constructor(components: KadComponents, { protocol, isUsable, begins }: KademliaOptions) {
    const { addressManager, connectionManager, peerId, peerStore } = components
    const now = (): number => performance.now()
    const addresses = new ContactAddresses()
    this.#self = peerId
    this.#calls = new Calls({
      connectionManager,
      peerStore,
      addresses,
      protocol,
      now,
      lost: (peer) => {
        verified.lost(peer)
        void this.#kad.routingTable.remove(peer)
      }
    })
    const verified = new Verified({
      self: peerId.toString(),
      check: (peer, signal) => this.#calls.check(peer, signal),
      isConnected: (peer) => connectionManager.getConnections(peer).length > 0,
      answered: (peer) => void this.#kad.routingTable.add(peer),
      now
    })
    const rangeOfPeer = (peer: PeerName): string => {
      const [connection] = connectionManager.getConnections(peerIdFromString(peer))
      return rangeOf(connection?.remoteAddr.toString() ?? '') ?? ''
    }
    const usable = <T extends { toString(): string }>(all: readonly T[]): T[] =>
      all.filter((address) => isUsable(address.toString()))
    const ownAddresses: Partial<KadComponents['addressManager']> = {
      getAddresses: () => usable(addressManager.getAddresses())
    }
    const own = ownAddresses as KadComponents['addressManager']
    const dht = kadDHT({
      protocol,
      clientMode: true,
      kBucketSize: BUCKET,
      initialQuerySelfInterval: OWN_NEIGHBOURHOOD_MS[0],
      querySelfInterval: OWN_NEIGHBOURHOOD_MS[1],
      alpha: PATHS,
      disjointPaths: PATHS,
      maxInboundStreams: STREAMS,
      maxOutboundStreams: STREAMS,
      // A query without contacts ends at once; the search asks again when there is one.
      allowQueryWithZeroPeers: true,
      reprovide: { interval: NEVER_MS },
      peerInfoMapper: ({ id, multiaddrs }) => ({ id, multiaddrs: usable(multiaddrs) })
    })
    const records = new ProviderRecords(PROVIDER_LIMITS, Math.random)
    this.#kad = dht({
      peerId,
      privateKey: components.privateKey,
      events: components.events,
      logger: components.logger,
      addressManager: own,
      registrar: new Answering(now).registrar(components.registrar),
      connectionManager: this.#calls.connectionManager,
      peerStore: contactStore(peerStore, addresses, own, peerId),
      datastore: recordStore(records, rangeOfPeer, now),
      ping: verified
    }) as KadClass
    this.#kad.addEventListener('peer', ({ detail: { id, multiaddrs } }) =>
      addresses.learn(id.toString(), usable(multiaddrs).map(String))
    )
    this.#kad.routingTable.addEventListener('peer:add', () => {
      if (this.#kad.routingTable.size === 1) begins()
    })
  }

  start(): Promise<void> {
    return this.#kad.start()
  }

  stop(): Promise<void> {
    return this.#kad.stop()
  }

  /** How many peers it would ask. */
  get contacts(): number {
    return this.#kad.routingTable.size
  }

  get answers(): boolean {
    return this.#kad.getMode() === 'server'
  }

  /** Whether it answers others, or only asks. */
  async answer(does: boolean): Promise<void> {
    await this.#kad.setMode(does ? 'server' : 'client')
  }

  /** Tells those closest to `cid` that this peer has it. */
  async provide(cid: string, ended: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([ended, AbortSignal.timeout(QUERY_MS)])
    for await (const _ of this.#kad.provide(CID.parse(cid), { signal }));
  }

  /** Whoever says to have `cid`, this peer not included; addresses as they were given. */
  async *providers(cid: string, ended: AbortSignal): AsyncGenerator<Provider> {
    const signal = AbortSignal.any([ended, AbortSignal.timeout(QUERY_MS)])
    for await (const event of this.#kad.findProviders(CID.parse(cid), { signal })) {
      if (event.name !== 'PROVIDER') continue
      for (const { id, multiaddrs } of event.providers) {
        if (id.equals(this.#self)) continue
        yield { peer: id.toString(), addresses: multiaddrs.map(String) }
      }
    }
  }

  /** Closes connections that nobody needs; `kept`: peers that are held anyway. */
  tidy(kept: (peer: PeerName) => boolean): Promise<void> {
    return this.#calls.tidy(kept)
  }
}
