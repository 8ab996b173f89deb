/**
 * Links in virtual time. A link is one connection: what is sent arrives in order (transmission.ts says
 * when). Over TCP a lost message shows as a broken connection, so loss breaks the link: that frame and
 * all others on their way are gone, both ends learn of it at different moments, and the link is dialled
 * again. A peer that is away, or on the other side of a partition, cannot be reached: its links break,
 * and are dialled again, after a backoff, once it can.
 */
import type { Random } from '../random.ts'
import type { Milliseconds, PeerName } from '../strategy/strategy.ts'
import type { Bytes } from '../vector/vector.ts'
import { decodeFrame, type Frame, kindOf, type SwarmTag } from '../wire/frame.ts'
import type { WireLimits } from '../wire/limits.ts'
import { CHANNELS, type Channel, LinkEnd, type Outgoing } from '../wire/link-end.ts'
import type { RejectReason } from '../wire/reject.ts'
import type { NetworkConfig } from './network-schema.ts'
import type { PeerLink } from './peer-links.ts'
import { type Direction, latencyBetween, type Port, portOf, Transmission } from './transmission.ts'
import type { VirtualClock } from './virtual-clock.ts'

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
/** The longest pause between two attempts to dial (network/timings.ts). */
const LONGEST_BACKOFF_MS = 10_000

interface End extends Direction {
  readonly host: Host
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
  readonly key: string
  readonly hosts: readonly [Host, Host]
  readonly wantedBy: Set<PeerName>
  /** Ends that have had the link and not released it: they may owe each other something. */
  readonly heldBy: Set<PeerName>
  session: Session | null
  /** The dial that is under way; null: none is. */
  dial: object | null
  /** Since when its ends cannot reach each other; null while they can. */
  apartSince: Milliseconds | null
}

/** Someone who is, was or will be on the network. */
interface Host {
  readonly name: PeerName
  readonly port: Port
  /** Null while it is away. */
  endpoint: VirtualEndpoint | null
  /** Which side of a partition it is on. */
  side: number
  readonly pairs: Set<Pair>
}

export class VirtualNetwork {
  readonly #clock: VirtualClock
  readonly #random: Random
  readonly #transmission: Transmission
  readonly #tag: SwarmTag
  readonly #limits: WireLimits
  readonly #hosts = new Map<PeerName, Host>()
  readonly #pairs = new Map<string, Pair>()
  #lost = 0

  constructor(
    clock: VirtualClock,
    random: Random,
    config: Pick<NetworkConfig, 'delays' | 'duplicates'>,
    tag: SwarmTag,
    limits: WireLimits
  ) {
    this.#clock = clock
    this.#random = random
    this.#transmission = new Transmission(random, config)
    this.#tag = tag
    this.#limits = limits
  }

  /** Frames so far that the model has lost (each broke a link), held back and delivered twice. */
  get faults(): { lostFrames: number; delayedFrames: number; duplicatedFrames: number } {
    const { delayed: delayedFrames, duplicated: duplicatedFrames } = this.#transmission
    return { lostFrames: this.#lost, delayedFrames, duplicatedFrames }
  }

  /** Makes a peer known that may come; others may want to talk to it already. */
  introduce(peer: PeerName, link: PeerLink): void {
    const port = portOf(link)
    this.#hosts.set(peer, { name: peer, port, endpoint: null, side: 0, pairs: new Set() })
  }

  /** Comes, or comes back: nothing of an earlier stay is left but the others' wish to talk to it. */
  join(peer: PeerName, endpoint: VirtualEndpoint): void {
    const host = this.#host(peer)
    host.endpoint = endpoint
    // What an earlier stay had queued went with it.
    host.port.upFree = this.#clock.now
    host.port.downFree = this.#clock.now
    for (const pair of host.pairs) this.#reunite(pair)
  }

  /** Goes without a word: its links break. */
  leave(peer: PeerName): void {
    const host = this.#host(peer)
    host.endpoint = null
    for (const pair of host.pairs) {
      pair.wantedBy.delete(peer)
      pair.heldBy.delete(peer)
      this.#part(pair)
    }
  }

  /** Puts every peer on a side: no frame passes from one side to another. */
  divide(sideOf: (peer: PeerName) => number): void {
    for (const host of this.#hosts.values()) host.side = sideOf(host.name)
    for (const pair of this.#pairs.values()) {
      if (reachable(pair)) this.#reunite(pair)
      else this.#part(pair)
    }
  }

  want(peer: PeerName, others: readonly PeerName[]): void {
    const host = this.#host(peer)
    const wanted = new Set(others.map((other) => this.#pair(host, this.#host(other))))
    for (const pair of host.pairs) {
      if (wanted.has(pair) || !pair.wantedBy.delete(peer)) continue
      this.#prune(pair)
    }
    for (const pair of wanted) {
      pair.wantedBy.add(peer)
      // A link that this end had released and is up still is its own again.
      if (pair.session?.ends.some((end) => end.host === host && end.up)) pair.heldBy.add(peer)
      this.#connect(pair)
    }
  }

  release(peer: PeerName, other: PeerName): void {
    const pair = this.#pairs.get(keyOf(peer, other))
    if (pair === undefined) return
    pair.heldBy.delete(peer)
    if (needed(pair)) return
    if (pair.session === null) this.#prune(pair)
    else this.#break(pair, pair.session)
  }

  send(from: PeerName, to: PeerName, message: Outgoing, delivery: 'latest' | 'every'): void {
    const pair = this.#pairs.get(keyOf(from, to))
    const end = pair?.session?.ends.find(({ host }) => host.name === from)
    if (pair === undefined || pair.session === null || end === undefined || !end.up) return
    if (!end.account.send(message, delivery)) this.#break(pair, pair.session)
    else this.#pump(pair, pair.session, end)
  }

  /** Pairs of peers that want each other and can talk at this moment. */
  *edges(): Generator<readonly [PeerName, PeerName]> {
    for (const { hosts, wantedBy, session } of this.#pairs.values()) {
      if (wantedBy.size === 2 && session?.ends.every(({ up }) => up)) {
        yield [hosts[0].name, hosts[1].name]
      }
    }
  }

  #host(peer: PeerName): Host {
    const host = this.#hosts.get(peer)
    if (host !== undefined) return host
    throw new RangeError(`${peer} has not been introduced to this network`)
  }

  #pair(a: Host, b: Host): Pair {
    const key = keyOf(a.name, b.name)
    const known = this.#pairs.get(key)
    if (known !== undefined) return known
    const pair: Pair = {
      key,
      hosts: a.name < b.name ? [a, b] : [b, a],
      wantedBy: new Set(),
      heldBy: new Set(),
      session: null,
      dial: null,
      apartSince: null
    }
    if (!reachable(pair)) pair.apartSince = this.#clock.now
    this.#pairs.set(key, pair)
    for (const host of pair.hosts) host.pairs.add(pair)
    return pair
  }

  /** Forgets a pair that nobody needs and nothing is under way for. */
  #prune(pair: Pair): void {
    if (needed(pair) || pair.session !== null || pair.dial !== null) return
    this.#pairs.delete(pair.key)
    for (const host of pair.hosts) host.pairs.delete(pair)
  }

  #part(pair: Pair): void {
    pair.apartSince ??= this.#clock.now
    pair.dial = null
    if (pair.session === null) this.#prune(pair)
    else this.#break(pair, pair.session)
  }

  /** Both ends have been dialling at growing intervals: the next attempt is some way into the last. */
  #reunite(pair: Pair): void {
    if (pair.apartSince === null || !reachable(pair)) return
    const apart = this.#clock.now - pair.apartSince
    pair.apartSince = null
    const pause = Math.min(LONGEST_BACKOFF_MS, Math.max(REDIAL_MS, apart / 2))
    if (needed(pair)) this.#connect(pair, apart === 0 ? 0 : pause * this.#random.next())
  }

  #connect(pair: Pair, delay: Milliseconds = 0): void {
    if (pair.session !== null || pair.dial !== null || pair.apartSince !== null) return
    const dial = {}
    pair.dial = dial
    const [a, b] = pair.hosts
    const trips = TRIPS_TO_CONNECT * latencyBetween(a.port, b.port)
    this.#clock.after(delay + trips, () => {
      // Its ends have been out of each other's reach meanwhile: another dial follows, or none.
      if (pair.dial !== dial) return
      pair.dial = null
      if (!needed(pair)) {
        this.#prune(pair)
        return
      }
      const session: Session = { ends: [this.#end(a, b), this.#end(b, a)], broken: false }
      pair.session = session
      for (const end of session.ends) {
        this.#clock.after(this.#notice(pair), () => this.#up(pair, session, end))
      }
    })
  }

  #end(host: Host, other: Host): End {
    const account = new LinkEnd(this.#tag, this.#limits)
    return { host, other: other.name, account, held: [], up: false, last: 0 }
  }

  /** The two ends of a connection notice what happens to it within one latency of each other. */
  #notice({ hosts }: Pair): Milliseconds {
    return latencyBetween(hosts[0].port, hosts[1].port) * this.#random.next()
  }

  #up(pair: Pair, session: Session, end: End): void {
    if (session.broken) return
    end.up = true
    pair.heldBy.add(end.host.name)
    end.host.endpoint!.link(end.other, 'up')
    for (const arrive of end.held.splice(0)) arrive()
  }

  #break(pair: Pair, session: Session): void {
    if (session.broken) return
    session.broken = true
    let told = 0
    for (const end of session.ends) {
      const { endpoint } = end.host
      this.#clock.after(this.#notice(pair), () => {
        // Whoever has gone meanwhile, or is another one now, hears nothing of the old connection.
        if (end.up && endpoint !== null && end.host.endpoint === endpoint) {
          endpoint.link(end.other, 'down')
        }
        end.up = false
        told++
        if (told < session.ends.length) return
        pair.session = null
        if (needed(pair)) this.#connect(pair, REDIAL_MS)
        else this.#prune(pair)
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
    const size = bytes.byteLength
    const to = session.ends[session.ends[0] === from ? 1 : 0]
    const [source, target] = [from.host.port, to.host.port]
    from.host.endpoint!.sent(kindOf(bytes), size)
    const { now } = this.#clock
    const arrives = this.#transmission.send(now, size, source, target, from)
    const lost = this.#transmission.lost(source, target)
    this.#clock.at(arrives, () => {
      if (session.broken) return
      if (lost) {
        this.#lost++
        this.#break(pair, session)
        return
      }
      const taken = this.#transmission.receive(this.#clock.now, size, source, target)
      const arrive = (): void => this.#arrive(pair, session, to, channel, bytes)
      const here = (): void => void (to.up ? arrive() : to.held.push(arrive))
      if (taken === this.#clock.now) here()
      else this.#clock.at(taken, here)
    })
  }

  #arrive(pair: Pair, session: Session, end: End, channel: Channel, bytes: Bytes): void {
    const { endpoint } = end.host
    if (session.broken || endpoint === null) return
    const frame = decodeFrame(this.#tag, bytes)
    const accepted = 'reason' in frame ? frame : end.account.receive(channel, frame)
    endpoint.received(bytes.byteLength)
    if (accepted !== null && 'reason' in accepted) endpoint.rejected(end.other, accepted.reason)
    else if (accepted !== null) {
      endpoint.frame(end.other, channel, accepted)
      end.account.consumed(channel, accepted.size)
      if (this.#transmission.twice()) this.#repeat(pair, session, end, channel, accepted)
    }
    // What the peer has just done may have broken the link, or it may have gone.
    if (!session.broken) this.#pump(pair, session, end)
  }

  /** The same frame once more, above the connection: as a resend after a reconnect would come. */
  #repeat(pair: Pair, session: Session, end: End, channel: Channel, frame: Frame): void {
    this.#clock.after(this.#notice(pair), () => {
      if (!session.broken && end.up) end.host.endpoint?.frame(end.other, channel, frame)
    })
  }
}

const keyOf = (a: PeerName, b: PeerName): string => (a < b ? `${a},${b}` : `${b},${a}`)

const needed = ({ wantedBy, heldBy }: Pair): boolean => wantedBy.size > 0 || heldBy.size > 0

const reachable = ({ hosts: [a, b] }: Pair): boolean =>
  a.endpoint !== null && b.endpoint !== null && a.side === b.side
