/**
 * Links in virtual time. A link is one connection: what is sent arrives in order, after the sender's
 * uplink is free, the transmission time and the latency. Over TCP a lost message shows as a broken
 * connection, so loss breaks the link: that frame and all others on their way are gone, both ends
 * learn of it at different moments, and the link is dialled again.
 */
import type { Random } from '../random.ts'
import type { Milliseconds, PeerName } from '../strategy/strategy.ts'
import type { Bytes } from '../vector/vector.ts'
import { decodeFrame, type Frame, kindOf, type SwarmTag } from '../wire/frame.ts'
import type { WireLimits } from '../wire/limits.ts'
import { CHANNELS, type Channel, LinkEnd, type Outgoing } from '../wire/link-end.ts'
import type { RejectReason } from '../wire/reject.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface NetworkModel {
  /** One way, in milliseconds. */
  readonly latencyMs: number
  /** Uplink of every peer, in megabits a second. */
  readonly bandwidthMbps: number
  /** Probability that a frame is lost and its link breaks. */
  readonly loss: number
}

/** What the network tells a peer. */
export interface VirtualEndpoint {
  link(peer: PeerName, state: 'up' | 'down'): void
  frame(peer: PeerName, channel: Channel, frame: Frame): void
  rejected(peer: PeerName, reason: RejectReason): void
  sent(kind: number, bytes: number): void
  received(bytes: number): void
}

/** TCP and TLS take three one-way trips before a stream carries data. */
const TRIPS_TO_CONNECT = 3
const REDIAL_MS = 100
const BYTES_PER_MS_AND_MBPS = 125
interface End {
  readonly peer: PeerName
  readonly other: PeerName
  readonly account: LinkEnd
  readonly held: Array<() => void>
  up: boolean
}

interface Session {
  readonly ends: readonly [End, End]
  broken: boolean
}

interface Pair {
  readonly peers: readonly [PeerName, PeerName]
  readonly wantedBy: Set<PeerName>
  /** Ends that have had the link and not released it: they may owe each other something. */
  readonly heldBy: Set<PeerName>
  session: Session | null
  connecting: boolean
}

export class VirtualNetwork {
  readonly #clock: VirtualClock
  readonly #random: Random
  readonly #model: NetworkModel
  readonly #tag: SwarmTag
  readonly #limits: WireLimits
  readonly #endpoints = new Map<PeerName, VirtualEndpoint>()
  readonly #pairs = new Map<string, Pair>()
  readonly #uplinkFree = new Map<PeerName, Milliseconds>()
  #lost = 0

  constructor(
    clock: VirtualClock,
    random: Random,
    model: NetworkModel,
    tag: SwarmTag,
    limits: WireLimits
  ) {
    this.#clock = clock
    this.#random = random
    this.#model = model
    this.#tag = tag
    this.#limits = limits
  }

  /** Frames lost by the model so far; each broke a link. */
  get lost(): number {
    return this.#lost
  }

  join(peer: PeerName, endpoint: VirtualEndpoint): void {
    this.#endpoints.set(peer, endpoint)
  }

  want(peer: PeerName, others: readonly PeerName[]): void {
    for (const pair of this.#pairs.values()) pair.wantedBy.delete(peer)
    for (const other of others) {
      const pair = this.#pair(peer, other)
      pair.wantedBy.add(peer)
      // A link that this end had released and is up still is its own again.
      if (pair.session?.ends.some((end) => end.peer === peer && end.up)) pair.heldBy.add(peer)
      this.#connect(pair)
    }
  }

  release(peer: PeerName, other: PeerName): void {
    const pair = this.#pair(peer, other)
    pair.heldBy.delete(peer)
    if (pair.session !== null && !needed(pair)) this.#break(pair, pair.session)
  }

  send(from: PeerName, to: PeerName, message: Outgoing, delivery: 'latest' | 'every'): void {
    const pair = this.#pair(from, to)
    const end = pair.session?.ends.find(({ peer }) => peer === from)
    if (pair.session === null || end === undefined || !end.up) return
    if (!end.account.send(message, delivery)) this.#break(pair, pair.session)
    else this.#pump(pair, pair.session, end)
  }

  #pair(a: PeerName, b: PeerName): Pair {
    const peers: readonly [PeerName, PeerName] = a < b ? [a, b] : [b, a]
    const key = peers.join()
    const known = this.#pairs.get(key)
    if (known !== undefined) return known
    const pair: Pair = {
      peers,
      wantedBy: new Set(),
      heldBy: new Set(),
      session: null,
      connecting: false
    }
    this.#pairs.set(key, pair)
    return pair
  }

  #connect(pair: Pair, delay: Milliseconds = 0): void {
    if (pair.session !== null || pair.connecting) return
    pair.connecting = true
    this.#clock.after(delay + TRIPS_TO_CONNECT * this.#model.latencyMs, () => {
      pair.connecting = false
      if (pair.session !== null || !needed(pair)) return
      const [a, b] = pair.peers
      const session: Session = { ends: [this.#end(a, b), this.#end(b, a)], broken: false }
      pair.session = session
      for (const end of session.ends) {
        this.#clock.after(this.#jitter(), () => this.#up(pair, session, end))
      }
    })
  }

  #end(peer: PeerName, other: PeerName): End {
    return { peer, other, account: new LinkEnd(this.#tag, this.#limits), held: [], up: false }
  }

  /** The two ends of a connection notice what happens to it within one latency of each other. */
  #jitter(): Milliseconds {
    return this.#model.latencyMs * this.#random.next()
  }

  #up(pair: Pair, session: Session, end: End): void {
    if (session.broken) return
    end.up = true
    pair.heldBy.add(end.peer)
    this.#endpoints.get(end.peer)!.link(end.other, 'up')
    for (const arrive of end.held.splice(0)) arrive()
  }

  #break(pair: Pair, session: Session): void {
    if (session.broken) return
    session.broken = true
    let told = 0
    for (const end of session.ends) {
      this.#clock.after(this.#jitter(), () => {
        if (end.up) this.#endpoints.get(end.peer)!.link(end.other, 'down')
        end.up = false
        told++
        if (told < session.ends.length) return
        pair.session = null
        if (needed(pair)) this.#connect(pair, REDIAL_MS)
      })
    }
  }

  #pump(pair: Pair, session: Session, end: End): void {
    for (const channel of CHANNELS) {
      for (let f = end.account.next(channel); f !== null; f = end.account.next(channel)) {
        this.#transmit(pair, session, end, channel, f)
      }
    }
  }

  #transmit(pair: Pair, session: Session, from: End, channel: Channel, bytes: Bytes): void {
    const { latencyMs, bandwidthMbps, loss } = this.#model
    const size = bytes.byteLength
    this.#endpoints.get(from.peer)!.sent(kindOf(bytes), size)
    const free = Math.max(this.#clock.now, this.#uplinkFree.get(from.peer) ?? 0)
    const sent = free + size / (bandwidthMbps * BYTES_PER_MS_AND_MBPS)
    this.#uplinkFree.set(from.peer, sent)
    const lost = this.#random.next() < loss
    const to = session.ends[session.ends[0] === from ? 1 : 0]
    this.#clock.after(sent + latencyMs - this.#clock.now, () => {
      if (session.broken) return
      if (lost) {
        this.#lost++
        this.#break(pair, session)
        return
      }
      const arrive = (): void => this.#arrive(pair, session, to, channel, bytes)
      if (to.up) arrive()
      else to.held.push(arrive)
    })
  }

  #arrive(pair: Pair, session: Session, end: End, channel: Channel, bytes: Bytes): void {
    if (session.broken) return
    const endpoint = this.#endpoints.get(end.peer)!
    const frame = decodeFrame(this.#tag, bytes)
    const accepted = 'reason' in frame ? frame : end.account.receive(channel, frame)
    endpoint.received(bytes.byteLength)
    if (accepted !== null && 'reason' in accepted) endpoint.rejected(end.other, accepted.reason)
    else if (accepted !== null) {
      endpoint.frame(end.other, channel, accepted)
      end.account.consumed(channel, accepted.size)
    }
    this.#pump(pair, session, end)
  }
}

const needed = ({ wantedBy, heldBy }: Pair): boolean => wantedBy.size > 0 || heldBy.size > 0
