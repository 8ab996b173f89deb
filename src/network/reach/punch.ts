import { setTimeout as delay } from 'node:timers/promises'
import type { Connection, IdentifyResult, IncomingStreamData, Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'
import { isRelayed } from '../connections.ts'
import { isPublicAddress } from '../public-address.ts'
import { dialRank } from './addresses.ts'
import { callUntil } from './call-until.ts'
import { MessageStream } from './message-stream.ts'
import type { Mapped } from './observations.ts'
import type { Outgoing } from './outgoing.ts'
import { ownNetworks } from './own-networks.ts'
import {
  connectIn,
  connectMessage,
  DCUTR,
  isSync,
  PUNCHED_ADDRESSES,
  syncMessage
} from './punch-messages.ts'

/** Of the messages that agree on a punch, and of the punch itself. */
const TIMEOUT: Milliseconds = 8_000
/** Before each attempt to do without a relay; the last one is repeated. */
const PAUSES: readonly Milliseconds[] = [0, 5_000, 60_000, 900_000]

export interface PunchParts {
  readonly node: Libp2p
  readonly outgoing: Outgoing
  /** Where this peer is seen to call from; null where there is no use in punching. */
  mapped(): Mapped | null
}

const isDialable = (address: Multiaddr): boolean =>
  /^\/ip[46]\/[^/]+\/tcp\/\d+(\/p2p\/[^/]+)?$/.test(`${address}`) && isPublicAddress(`${address}`)

const withPeer = (address: Multiaddr, peer: PeerName): Multiaddr =>
  address.getPeerId() === null ? address.encapsulate(`/p2p/${peer}`) : address

/**
 * Finds a way without the relay for every relayed connection: a call to an address that the other end has,
 * or calls from both ends at the same time, which each NAT takes for its own end's. Of the two the one
 * that was called through the relay begins (DCUtR). A connection that comes of it replaces the relayed one.
 */
export class Punch {
  readonly #parts: PunchParts
  readonly #punched = new WeakSet<Connection>()
  readonly #busy = new Set<PeerName>()
  readonly #stopped = new AbortController()

  constructor(parts: PunchParts) {
    this.#parts = parts
  }

  async start(): Promise<void> {
    const { node } = this.#parts
    node.addEventListener('peer:identify', this.#identified)
    await node.handle(DCUTR, (data) => void this.#asked(data), {
      maxInboundStreams: 1,
      maxOutboundStreams: 1,
      runOnLimitedConnection: true
    })
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    this.#parts.node.removeEventListener('peer:identify', this.#identified)
    await this.#parts.node.unhandle(DCUTR)
  }

  isPunched(connection: Connection): boolean {
    return this.#punched.has(connection)
  }

  /** A connection with this peer that comes now is no stranger's call. */
  isPunching(peer: PeerName): boolean {
    return this.#busy.has(peer)
  }

  readonly #identified = ({ detail }: CustomEvent<IdentifyResult>): void => {
    const { connection } = detail
    if (isRelayed(connection) && connection.direction === 'inbound') void this.#improve(connection)
  }

  async #improve(connection: Connection): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const pause = PAUSES[Math.min(attempt, PAUSES.length - 1)]!
      try {
        await delay(pause, undefined, { signal: this.#stopped.signal, ref: false })
        if (connection.status !== 'open') return
        if (await this.#direct(connection)) return
      } catch {
        // Gone, busy or not possible: the next attempt will show.
      }
      if (this.#stopped.signal.aborted || connection.status !== 'open') return
    }
  }

  async #direct(connection: Connection): Promise<boolean> {
    return (
      (await this.#call(connection, (rank) => rank < 2)) ||
      (await this.#propose(connection)) ||
      (await this.#call(connection, (rank) => rank === 3))
    )
  }

  /** At the addresses that the other end has told by identify. */
  async #call({ remotePeer }: Connection, tries: (rank: number) => boolean): Promise<boolean> {
    const { node } = this.#parts
    const { addresses } = await node.peerStore.get(remotePeer)
    const networks = ownNetworks()
    const targets = addresses
      .map(({ multiaddr }) => withPeer(multiaddr, `${remotePeer}`))
      .filter((address) => tries(dialRank(`${address}`, networks)))
      .slice(0, PUNCHED_ADDRESSES)
    if (targets.length === 0) return false
    try {
      const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT), this.#stopped.signal])
      return !isRelayed(await node.dial(targets, { force: true, signal }))
    } catch {
      return false
    }
  }

  async #propose(connection: Connection): Promise<boolean> {
    const own = this.#parts.mapped()
    if (own === null) return false
    const signal = AbortSignal.timeout(TIMEOUT)
    const stream = await connection.newStream(DCUTR, {
      signal,
      runOnLimitedConnection: true,
      negotiateFully: true
    })
    const messages = new MessageStream(stream)
    try {
      const asked = performance.now()
      messages.write(connectMessage([own.address]))
      const targets = (connectIn(await messages.read(signal)) ?? []).filter(isDialable)
      if (targets.length === 0) return false
      const roundTrip = performance.now() - asked
      messages.write(syncMessage())
      await delay(roundTrip / 2)
      // Whoever begins acts as the called end of the handshakes.
      return await this.#punch(`${connection.remotePeer}`, targets, own.port, false)
    } finally {
      await messages.close()
    }
  }

  async #asked({ stream, connection }: IncomingStreamData): Promise<void> {
    const messages = new MessageStream(stream)
    try {
      if (!isRelayed(connection)) throw new Error('there is nothing to improve')
      const signal = AbortSignal.timeout(TIMEOUT)
      const targets = (connectIn(await messages.read(signal)) ?? []).filter(isDialable)
      const own = this.#parts.mapped()
      messages.write(connectMessage(own === null ? [] : [own.address]))
      if (own !== null && targets.length > 0 && isSync(await messages.read(signal))) {
        await this.#punch(`${connection.remotePeer}`, targets, own.port, true)
      }
      await messages.close()
    } catch (error) {
      messages.abort(error instanceof Error ? error : new Error('failed'))
    }
  }

  /** `port`: from which this end calls. */
  async #punch(
    peer: PeerName,
    targets: readonly Multiaddr[],
    port: number,
    initiator: boolean
  ): Promise<boolean> {
    if (this.#busy.has(peer)) return false
    this.#busy.add(peer)
    const { outgoing } = this.#parts
    const won = new AbortController()
    const timeout = AbortSignal.timeout(TIMEOUT)
    const signal = AbortSignal.any([won.signal, timeout, this.#stopped.signal])
    try {
      const calls = targets.map((target) => {
        const address = withPeer(target, peer)
        return callUntil((attempt) => outgoing.punch(address, port, initiator, attempt), signal)
      })
      this.#punched.add(await Promise.any(calls))
      return true
    } catch {
      return false
    } finally {
      won.abort()
      this.#busy.delete(peer)
    }
  }
}
