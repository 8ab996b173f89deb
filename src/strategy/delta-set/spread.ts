/**
 * How deltas get about: every peer tells its neighbours what it has, and asks each delta that it
 * lacks of one of them (lazy push; Demers et al. 1987's anti-entropy over version vectors). Own deltas
 * go to the neighbours unasked, since nobody else can have offered them.
 */
import type { Channel } from '../../wire/link-end.ts'
import type { Milliseconds, PeerName } from '../strategy.ts'
import { baseOf } from './body.ts'
import { digestTag } from './chain.ts'
import type { HeldDelta, HeldDeltas } from './held-deltas.ts'
import type { Inbox } from './inbox.ts'
import type { Holding, Message, Range } from './kinds.ts'
import { MAX_GAP, MAX_LIST, MAX_OPEN, MAX_PUSHED } from './limits.ts'
import { Neighbour } from './neighbour.ts'
import { Origins } from './origins.ts'
import { appendTo } from './ranges.ts'
import { Requests } from './requests.ts'
import type { Stage } from './stage.ts'

type Have = Extract<Message, { kind: 'have' }>
type Want = Extract<Message, { kind: 'want' }>
type Names = Extract<Message, { kind: 'names' }>
type Arrived = Extract<Message, { kind: 'delta' }>

export interface SpreadParts {
  readonly held: HeldDeltas
  readonly inbox: Inbox
  readonly stage: Stage
  /** Deltas that may be open with one neighbour. */
  readonly open: number
}

interface Lack {
  readonly origin: PeerName
  /** What the neighbour calls it. */
  readonly number: number
  /** Of its deltas: the last that is here, and the last that can be had there. */
  readonly own: number
  readonly offered: number
  /** False: what follows `own` is not to be had there any more, or not to be trusted. */
  readonly servable: boolean
}

export class Spread {
  readonly #held: HeldDeltas
  readonly #inbox: Inbox
  readonly #stage: Stage
  readonly #maxOpen: number
  readonly #origins = new Origins()
  readonly #links = new Map<PeerName, Neighbour>()
  readonly #requests = new Requests()
  #wanted: ReadonlySet<PeerName> = new Set()
  /** Origins that have moved on since the neighbours were told. */
  readonly #news = new Set<PeerName>()
  /** True while a neighbour has something that it cannot serve. */
  #suspicious = false
  #restarts = 0

  constructor({ held, inbox, stage, open }: SpreadParts) {
    this.#maxOpen = open
    this.#held = held
    this.#inbox = inbox
    this.#stage = stage
  }

  get links(): number {
    return this.#links.size
  }

  get peers(): Iterable<PeerName> {
    return this.#links.keys()
  }

  /** True once every wanted neighbour has said what it has. */
  get greeted(): boolean {
    for (const peer of this.#wanted) if (this.#links.get(peer)?.greeted !== true) return false
    return true
  }

  get anyGreeted(): boolean {
    for (const { greeted } of this.#links.values()) if (greeted) return true
    return false
  }

  /** True when a neighbour has what this peer lacks and can serve. */
  get behind(): boolean {
    for (const [peer, link] of this.#links) {
      for (const { servable } of this.#lacking(peer, link)) if (servable) return true
    }
    return false
  }

  /** Where the neighbours say that an origin stands; 0: none has it. */
  offered(origin: PeerName): number {
    let most = 0
    for (const { offers } of this.#links.values()) {
      most = Math.max(most, offers.get(origin)?.seq ?? 0)
    }
    return most
  }

  /** True when most neighbours, but for the origin, have this delta of it or later ones, as they say. */
  mostHave(origin: PeerName, seq: number): boolean {
    let have = 0
    let others = 0
    for (const [peer, { heads }] of this.#links) {
      if (peer === origin) continue
      others++
      if ((heads.get(origin) ?? 0) >= seq) have++
    }
    return have > others / 2
  }

  /** True when every neighbour has said that it has all that this peer has. */
  get mirrored(): boolean {
    for (const { offers } of this.#links.values()) {
      for (const origin of this.#held.origins()) {
        if ((offers.get(origin)?.seq ?? 0) < this.#held.seq(origin)) return false
      }
    }
    return true
  }

  /** True when no neighbour has what this peer has of some origin, or could get there from what it has. */
  get stranded(): boolean {
    for (const origin of this.#held.origins()) {
      if (this.#held.floor(origin) > this.offered(origin)) return this.#links.size > 0
    }
    return false
  }

  /** False: `unservable` is empty. */
  get suspicious(): boolean {
    return this.#suspicious
  }

  /** Neighbours that have what this peer lacks and nobody here can serve, and of which origins. */
  unservable(): ReadonlyMap<PeerName, readonly PeerName[]> {
    const servable = new Set<PeerName>()
    const found: Array<readonly [PeerName, PeerName]> = []
    for (const [peer, link] of this.#links) {
      for (const lack of this.#lacking(peer, link)) {
        if (lack.servable) servable.add(lack.origin)
        else found.push([peer, lack.origin])
      }
    }
    const origins = new Map<PeerName, PeerName[]>()
    for (const [peer, origin] of found) {
      if (servable.has(origin)) continue
      const known = origins.get(peer)
      if (known === undefined) origins.set(peer, [origin])
      else known.push(origin)
    }
    return origins
  }

  /** True when for every origin some neighbour has all that this peer has. */
  get shared(): boolean {
    for (const origin of this.#held.origins()) {
      if (this.offered(origin) < this.#held.seq(origin)) return false
    }
    return true
  }

  want(peers: readonly PeerName[]): void {
    this.#wanted = new Set(peers)
    for (const peer of this.#links.keys()) if (!this.#wanted.has(peer)) this.#release(peer)
  }

  linkUp(peer: PeerName): void {
    this.#links.set(peer, new Neighbour())
    this.#tell(peer, this.#held.origins(), true)
    // Whoever this peer does not want may want it: the other end keeps the link if so.
    if (!this.#wanted.has(peer)) this.#release(peer)
  }

  linkDown(peer: PeerName): void {
    this.#links.delete(peer)
    this.#requests.forget(peer)
    this.ask()
  }

  /** True: the neighbour's words make no sense. */
  names(peer: PeerName, { first, names }: Names): boolean {
    return this.#links.get(peer)?.learn(first, names) === false
  }

  have(peer: PeerName, { holdings }: Have): boolean {
    if (this.#links.get(peer)?.hear(holdings) === false) return true
    this.ask()
    return false
  }

  /** Whom a neighbour means by a number; undefined: nobody that it has named. */
  nameOf(peer: PeerName, origin: number): PeerName | undefined {
    return this.#links.get(peer)?.name(origin)
  }

  /** Serves what it can; what has been forgotten meanwhile the next `have` tells. */
  serve(peer: PeerName, { ranges }: Want): void {
    const link = this.#links.get(peer)
    if (link === undefined) return
    let left = MAX_OPEN
    for (const { origin, from, count } of ranges) {
      const name = this.#origins.name(origin)
      if (name === undefined) continue
      const end = Math.min(from + count, this.#held.seq(name) + 1)
      for (let seq = Math.max(from, this.#held.floor(name) + 1); seq < end; seq++) {
        const delta = this.#held.following(name, seq)
        if (delta === undefined || left-- === 0) return
        this.#send(peer, link, delta)
        seq = delta.seq
      }
      if (from <= this.#held.floor(name)) this.#tell(peer, [name], true)
    }
  }

  /**
   * A neighbour has sent a delta, and calls its origin by a number. True: it is welcome, since it was
   * asked for, or is the neighbour's own and follows what is known.
   */
  arrived(peer: PeerName, { origin: number, seq, body }: Arrived): boolean {
    const link = this.#links.get(peer)
    const origin = link?.name(number)
    if (link === undefined || origin === undefined) return false
    if (seq > this.#limit(link, origin)) return false
    const asked = this.#requests.closeAfter(origin, baseOf({ seq, body }), seq, peer)
    link.showed(number, seq)
    const most = this.#held.ahead(origin) + (this.#held.expecting ? MAX_GAP : MAX_PUSHED)
    return asked || (origin === peer && seq <= most)
  }

  /** This neighbour's deltas of an origin are not listened to any more. */
  doubt(peer: PeerName, origin: PeerName): void {
    this.#links.get(peer)?.doubted.add(origin)
  }

  /** What was doubted has been settled. */
  trust(origin: PeerName): void {
    for (const { doubted } of this.#links.values()) doubted.delete(origin)
  }

  /** Says something about an origin; `message` makes it of the origin's number. */
  mention(peer: PeerName, origin: PeerName, message: (number: number) => Message): void {
    const link = this.#links.get(peer)
    if (link === undefined) return
    const number = this.#origins.numberOf(origin)
    this.#introduce(peer, link, 'control')
    this.#say(peer, message(number))
  }

  /** The numbers of origins in what is said to a neighbour. */
  numbering(peer: PeerName, origins: Iterable<PeerName>): (origin: PeerName) => number {
    for (const origin of origins) this.#origins.numberOf(origin)
    const link = this.#links.get(peer)
    if (link !== undefined) this.#introduce(peer, link, 'control')
    return (origin) => this.#origins.numberOf(origin)
  }

  /** This peer stands elsewhere now, of some origins maybe further back: tells all there is to tell. */
  restart(): void {
    this.#restarts++
    this.#requests.clear()
    this.#news.clear()
    for (const [peer, { told }] of this.#links) {
      told.clear()
      this.#say(peer, { kind: 'restored', times: this.#restarts })
      this.#tell(peer, this.#held.origins(), true)
    }
    this.ask()
  }

  /** What this neighbour has said of its holdings does not hold any more. */
  restarted(peer: PeerName, times: number): void {
    const link = this.#links.get(peer)
    if (link === undefined || times <= link.restores) return
    link.restores = times
    link.offers.clear()
    this.#requests.forget(peer)
    this.ask()
  }

  /** The own delta goes to everybody at once. */
  push(delta: HeldDelta): void {
    for (const [peer, link] of this.#links) this.#send(peer, link, delta)
  }

  /** An origin has moved on: neighbours are to hear of it. */
  note(origin: PeerName): void {
    this.#news.add(origin)
  }

  get news(): boolean {
    return this.#news.size > 0
  }

  announce(): void {
    for (const peer of this.#links.keys()) this.#tell(peer, this.#news, false)
    this.#news.clear()
  }

  /** Asks for all that is lacking and can be had, each of one neighbour. */
  ask(): void {
    this.#suspicious = false
    const links = [...this.#links].sort(
      ([a], [b]) => (this.#requests.slowSince(a) ?? 0) - (this.#requests.slowSince(b) ?? 0)
    )
    for (const [peer, link] of links) this.#askOf(peer, link)
  }

  /** Requests from before `before` have been waited for in vain: others are asked. */
  expire(before: Milliseconds): void {
    if (this.#requests.expire(before, this.#stage.now)) this.ask()
  }

  #askOf(peer: PeerName, link: Neighbour): void {
    const ranges: Range[] = []
    for (const { origin, number, own, offered, servable } of this.#lacking(peer, link)) {
      if (!servable) {
        this.#suspicious = true
        continue
      }
      for (let seq = own + 1; seq <= Math.min(offered, own + MAX_GAP); seq++) {
        if (this.#requests.count(peer) >= this.#maxOpen) break
        if (this.#requests.has(origin, seq) || this.#inbox.has(origin, seq)) continue
        this.#requests.add(origin, seq, peer, this.#stage.now)
        appendTo(ranges, number, seq)
      }
    }
    if (ranges.length > 0) this.#say(peer, { kind: 'want', ranges })
  }

  /** Of which origins a neighbour has what this peer lacks. */
  *#lacking(peer: PeerName, link: Neighbour): Iterable<Lack> {
    for (const [origin, { number, seq, floor }] of link.offers) {
      const own = this.#held.seq(origin)
      const offered = Math.min(seq, this.#limit(link, origin))
      if (offered <= own) continue
      const servable = floor <= own && !this.#inbox.blocked(origin, peer)
      yield { origin, number, own, offered, servable }
    }
  }

  /** The last delta of an origin that can be had of a neighbour and counts; 0: none. */
  #limit({ doubted }: Neighbour, origin: PeerName): number {
    return doubted.has(origin) || !this.#held.admits(origin) ? 0 : this.#held.last(origin)
  }

  /** `again`: also of origins that it has been told of. */
  #tell(peer: PeerName, origins: Iterable<PeerName>, again: boolean): void {
    const link = this.#links.get(peer)!
    const holdings: Holding[] = []
    for (const origin of origins) {
      const { seq, digest } = this.#held.position(origin)
      if (!again && link.told.get(origin) === seq) continue
      link.told.set(origin, seq)
      const floor = this.#held.floor(origin)
      holdings.push({
        origin: this.#origins.numberOf(origin),
        seq,
        floor,
        tag: digestTag(digest)
      })
    }
    if (holdings.length === 0 && !again) return
    this.#introduce(peer, link, 'control')
    // Also when there is nothing to tell: it is a greeting, and the answer that nothing can be served.
    for (let at = 0; at === 0 || at < holdings.length; at += MAX_LIST) {
      this.#say(peer, { kind: 'have', holdings: holdings.slice(at, at + MAX_LIST) })
    }
  }

  #send(peer: PeerName, link: Neighbour, { origin, seq, signature, body }: HeldDelta): void {
    const number = this.#origins.numberOf(origin)
    this.#introduce(peer, link, 'bulk')
    // Whoever serves it has it: nothing else needs to be told.
    link.told.set(origin, Math.max(seq, link.told.get(origin) ?? 0))
    this.#say(peer, { kind: 'delta', origin: number, seq, signature, body })
  }

  /** Whom the neighbour does not know yet by number, or not on this channel. */
  #introduce(peer: PeerName, { named }: Neighbour, channel: Channel): void {
    while (named[channel] < this.#origins.size) {
      const first = named[channel]
      const names = this.#origins.from(first, first + MAX_LIST)
      this.#say(peer, { kind: 'names', channel, first, names })
      named[channel] += names.length
    }
  }

  #say(to: PeerName, message: Message): void {
    this.#stage.send(to, message)
  }

  #release(peer: PeerName): void {
    this.#stage.emit({ type: 'release', peer })
  }
}
