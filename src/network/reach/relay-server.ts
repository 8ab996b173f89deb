import type { Connection, ConnectionGater, IncomingStreamData, Libp2p } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { PeerName } from '../../strategy/strategy.ts'
import { isRelayed, nameOf } from '../connections.ts'
import { isPublicAddress } from '../public-address.ts'
import { isCircuit } from './addresses.ts'
import { MessageStream } from './message-stream.ts'
import { bytesOfAddresses } from './peer-bytes.ts'
import { RELAY_BOUNDS, type RelayBounds } from './relay-limits.ts'
import {
  askedIn,
  connected,
  HOP,
  hopStatus,
  reserved,
  STATUS,
  STOP,
  type Status,
  stopAccepted,
  stopConnect
} from './relay-messages.ts'
import { RelaySlots } from './relay-slots.ts'
import { splice } from './splice.ts'

/** One question, with the answer of the peer that is called. */
const HOP_TIMEOUT = 30_000
/** Streams of one connection: every circuit that it begins keeps one. */
const STREAMS = 32
/** Of its own addresses: what a peer that reserves is told. */
const ADDRESSES = 3

/**
 * Passes on what peers send each other that cannot call each other. libp2p's own server bounds neither the
 * circuits of one peer nor what waits, counts nothing, and tells milliseconds where seconds are meant.
 */
export class RelayServer {
  readonly #node: Libp2p
  readonly #gate: ConnectionGater
  readonly #bounds: RelayBounds
  readonly #slots: RelaySlots
  #bytes = 0
  #on = false

  constructor(node: Libp2p, gate: ConnectionGater, bounds: RelayBounds = RELAY_BOUNDS) {
    this.#node = node
    this.#gate = gate
    this.#bounds = bounds
    this.#slots = new RelaySlots(bounds)
    node.addEventListener('peer:disconnect', ({ detail }) => this.#slots.release(`${detail}`))
  }

  get relaying(): { readonly peers: number; readonly bytes: number } {
    return { peers: this.#slots.peers(performance.now()).size, bytes: this.#bytes }
  }

  /** Whether a peer needs its connection with this one to be reached. */
  serves(peer: PeerName): boolean {
    return this.#slots.peers(performance.now()).has(peer)
  }

  /** Says that it relays, or that it does so no more; circuits that there are go on. */
  async turn(on: boolean): Promise<void> {
    if (on === this.#on) return
    this.#on = on
    if (on) {
      await this.#node.handle(HOP, (data) => void this.#asked(data), {
        maxInboundStreams: STREAMS,
        maxOutboundStreams: STREAMS
      })
    } else await this.#node.unhandle(HOP)
  }

  async #asked({ stream, connection }: IncomingStreamData): Promise<void> {
    const messages = new MessageStream(stream)
    try {
      const signal = AbortSignal.timeout(HOP_TIMEOUT)
      const asked = askedIn(await messages.read(signal))
      if (asked === null) await this.#answer(messages, STATUS.malformed)
      else if (isRelayed(connection)) await this.#answer(messages, STATUS.permissionDenied)
      else if (asked.type === 'reserve') await this.#reserve(messages, connection)
      else await this.#connect(messages, nameOf(connection), asked.to, signal)
    } catch (error) {
      messages.abort(error instanceof Error ? error : new Error('failed'))
    }
  }

  async #answer(messages: MessageStream, status: Status): Promise<void> {
    messages.write(hopStatus(status))
    await messages.close()
  }

  async #reserve(messages: MessageStream, { remotePeer }: Connection): Promise<void> {
    if (await this.#gate.denyInboundRelayReservation?.(remotePeer)) {
      return this.#answer(messages, STATUS.permissionDenied)
    }
    if (!this.#slots.reserve(`${remotePeer}`, performance.now())) {
      return this.#answer(messages, STATUS.reservationRefused)
    }
    const own = this.#node
      .getMultiaddrs()
      .map(String)
      .filter((address) => !isCircuit(address))
    const open = own.filter(isPublicAddress)
    const told = bytesOfAddresses((open.length > 0 ? open : own).slice(0, ADDRESSES))
    messages.write(reserved(told, Date.now() + this.#bounds.slotLasts, this.#bounds))
    await messages.close()
  }

  async #connect(
    messages: MessageStream,
    from: PeerName,
    to: PeerName,
    signal: AbortSignal
  ): Promise<void> {
    const refused = this.#slots.refuses(from, to, performance.now())
    if (refused !== null) {
      const status = refused === 'full' ? STATUS.resourceLimitExceeded : STATUS.noReservation
      return this.#answer(messages, status)
    }
    const [source, destination] = [peerIdFromString(from), peerIdFromString(to)]
    if (await this.#gate.denyOutboundRelayedConnection?.(source, destination)) {
      return this.#answer(messages, STATUS.permissionDenied)
    }
    const end = this.#slots.begin(from, to)
    try {
      const called = await this.#call(from, to, signal)
      if (called === null) return await this.#answer(messages, STATUS.connectionFailed)
      messages.write(connected(this.#bounds))
      await splice(messages, called, this.#bounds, (bytes) => {
        this.#bytes += bytes
      })
    } finally {
      end()
    }
  }

  /** Null: the peer has no direct connection with this one, or does not take the call. */
  async #call(from: PeerName, to: PeerName, signal: AbortSignal): Promise<MessageStream | null> {
    const [connection] = this.#node
      .getConnections(peerIdFromString(to))
      .filter((one) => one.status === 'open' && !isRelayed(one))
    if (connection === undefined) return null
    try {
      const stream = await connection.newStream(STOP, { signal, maxOutboundStreams: STREAMS })
      const messages = new MessageStream(stream)
      messages.write(stopConnect(from, this.#bounds))
      if (stopAccepted(await messages.read(signal))) return messages
      await messages.close()
    } catch {
      // It has gone, or does not speak this protocol.
    }
    return null
  }
}
