/**
 * Which edges exist. Both ends decide alike, because an edge is made from a pair of hellos that both
 * ends see: a hello stands until the next one, and an edge exists once both standing hellos of a link
 * want it. Control messages overtake exchanges, so an exchange may come before the hello that opens
 * its edge: a few such are kept aside. The rounds are not this file's business.
 */
import { edgeWeight } from '../../consensus/mixing-weights.ts'
import type { Random } from '../../random.ts'
import type { Effect, Milliseconds, PeerName } from '../strategy.ts'
import type { Weighting } from '../weighting.ts'
import { Edge } from './edge.ts'
import { edgeShare } from './edge-share.ts'
import { type GossipKinds, type Hello, type Job, type Message, SHOW_ONLY_SHIFT } from './kinds.ts'

type Exchange = Extract<Message, { kind: 'exchange' }>

/** One connection's life with a neighbour. */
interface Link {
  /** This end's standing hello. */
  mine: Hello
  /** The neighbour's; null before the first, and after an edge made from it has ended. */
  theirs: Hello | null
  /** True once the neighbour has said hello on this connection. */
  greeted: boolean
  /** Whether `mine` may still open an edge. */
  offered: boolean
  readonly early: Exchange[]
  /** Nonces of the latest hellos that came on this connection: one that comes again is old news. */
  readonly heard: number[]
}

/** An edge has at most two exchanges on their way. */
const MAX_EARLY = 2
const MAX_HEARD = 8

export class Edges {
  readonly #self: PeerName
  readonly #random: Random
  readonly #emit: (effect: Effect<GossipKinds>) => void
  readonly #settled: (peer: PeerName, heard: boolean) => void
  readonly #round: () => number
  readonly #weighting: Weighting
  readonly #links = new Map<PeerName, Link>()
  readonly #edges = new Map<PeerName, Edge>()
  #wanted: ReadonlySet<PeerName> = new Set()

  /**
   * `settled` is told whenever a neighbour owes this peer nothing (more), and whether it paid; `round`
   * is this peer's, which goes with what it says.
   */
  constructor(
    self: PeerName,
    random: Random,
    emit: (effect: Effect<GossipKinds>) => void,
    settled: (peer: PeerName, heard: boolean) => void,
    round: () => number,
    weighting: Weighting = 'uniform'
  ) {
    this.#self = self
    this.#random = random
    this.#emit = emit
    this.#settled = settled
    this.#round = round
    this.#weighting = weighting
  }

  get size(): number {
    return this.#edges.size
  }

  all(): Iterable<Edge> {
    return this.#edges.values()
  }

  byId(id: string): Edge | undefined {
    for (const edge of this.#edges.values()) if (edge.id === id) return edge
    return undefined
  }

  /** True while exchanges with this neighbour can flow. */
  reachable(peer: PeerName): boolean {
    return this.#links.get(peer)?.greeted === true
  }

  /** True once every wanted neighbour shares an edge with this peer. */
  get complete(): boolean {
    for (const peer of this.#wanted) if (!this.#edges.has(peer)) return false
    return true
  }

  /** True while there are neighbours to talk to and none of them can be reached. */
  get cutOff(): boolean {
    for (const peer of this.#wanted) if (this.reachable(peer)) return false
    return this.#wanted.size > 0
  }

  /** Edges over which a replica of the swarm has come. */
  get trained(): string[] {
    return [...this.#edges.values()].flatMap(({ id, trained }) => (trained ? id : []))
  }

  want(peers: readonly PeerName[]): void {
    const before = this.#wanted
    this.#wanted = new Set(peers)
    for (const peer of before) if (!this.#links.has(peer)) this.#releaseUnless(peer)
    for (const edge of [...this.#edges.values()]) {
      if (!this.#wanted.has(edge.peer)) this.#retire(edge, null)
    }
    for (const [peer, link] of this.#links) {
      if (this.#edges.has(peer)) continue
      const wanted = this.#wanted.has(peer)
      if (wanted !== (link.offered && link.mine.wanted)) {
        this.#hello(peer, link)
        this.#match(peer, link)
      }
      // Before the neighbour's hello it may still be on an edge that this end has to resume.
      if (!wanted && link.greeted) this.#emit({ type: 'release', peer })
    }
  }

  linkUp(peer: PeerName): void {
    const link: Link = {
      mine: this.#newHello(peer),
      theirs: null,
      greeted: false,
      offered: true,
      early: [],
      heard: []
    }
    this.#links.set(peer, link)
    this.#send(peer, link.mine)
  }

  linkDown(peer: PeerName, now: Milliseconds): void {
    this.#links.delete(peer)
    const edge = this.#edges.get(peer)
    if (edge !== undefined) edge.unreachableSince ??= now
    this.#releaseUnless(peer)
  }

  received(peer: PeerName, message: Message): void {
    if (message.kind === 'hello') {
      this.#greet(peer, message)
      return
    }
    const edge = this.#edges.get(peer)
    if (edge === undefined || edge.id !== message.id) {
      if (message.kind === 'exchange') this.#keepEarly(peer, message)
      return
    }
    switch (message.kind) {
      case 'retire':
        this.#retire(edge, message.final)
        return
      case 'done':
        edge.peerDone = true
        break
      case 'exchange':
        edge.receive(message.k, message)
        break
    }
    this.advance(edge)
    if (!edge.open) this.#settled(peer, message.kind === 'exchange')
  }

  /** Mixes whatever both ends now hold, and closes the edge when that was its last exchange. */
  advance(edge: Edge): void {
    for (let ready = edge.take(); ready !== null; ready = edge.take()) {
      const { k, own, theirs } = ready
      const shift = Math.max(own.shift, theirs.shift)
      if (k === 1) edge.trained = theirs.shift < SHOW_ONLY_SHIFT
      const { id } = edge
      const share = edgeShare(this.#weighting, own, theirs)
      if (this.#weighting !== 'uniform') this.#emit({ type: 'chosen', values: { share } })
      const weight = edge.weight * share
      this.#compute({ kind: 'mix', id, k, weight, shift, own: own.bytes, theirs: theirs.bytes })
    }
    if (!edge.exhausted) return
    if (!edge.saidDone && this.reachable(edge.peer)) {
      edge.saidDone = true
      this.#send(edge.peer, { kind: 'done', id: edge.id })
    }
    if (edge.saidDone && edge.peerDone) this.#close(edge)
  }

  /**
   * Gives up the ending edges whose neighbour has not been reached since `since`. A link that has just
   * come up is waited for: this end's hello has already said that it holds the edge.
   */
  abandon(since: Milliseconds): void {
    for (const edge of [...this.#edges.values()]) {
      if (this.#links.has(edge.peer)) continue
      if (edge.final === null || (edge.unreachableSince ?? Infinity) > since) continue
      this.#forget(edge)
      this.#emit({ type: 'release', peer: edge.peer })
    }
  }

  /** Says that a link is not needed, unless the topology or an edge needs it. */
  #releaseUnless(peer: PeerName): void {
    if (!this.#wanted.has(peer) && !this.#edges.has(peer)) this.#emit({ type: 'release', peer })
  }

  #newHello(peer: PeerName): Hello {
    const edge = this.#edges.get(peer)
    return {
      kind: 'hello',
      nonce: this.#random.integer(2 ** 32),
      wanted: this.#wanted.has(peer),
      degree: this.#wanted.size,
      round: this.#round(),
      have: edge === undefined ? null : { id: edge.id, k: edge.k }
    }
  }

  #hello(peer: PeerName, link: Link): void {
    link.mine = this.#newHello(peer)
    link.offered = true
    this.#send(peer, link.mine)
  }

  #greet(peer: PeerName, hello: Hello): void {
    const link = this.#links.get(peer)
    if (link === undefined) return
    const first = !link.greeted
    if (link.heard.includes(hello.nonce)) return
    link.heard.push(hello.nonce)
    if (link.heard.length > MAX_HEARD) link.heard.shift()
    link.greeted = true
    link.theirs = hello
    const edge = this.#edges.get(peer)
    if (edge !== undefined) {
      edge.unreachableSince = null
      if (first && edge.id === hello.have?.id) {
        this.#resume(edge, hello.have.k)
        return
      }
      // The other end is not on this edge: it has lost its state, was through with it, or never
      // opened it because it changed its mind meanwhile.
      this.#forget(edge)
      // While there was an edge, a change of mind was not worth a hello.
      if (this.#wanted.has(peer) !== (link.offered && link.mine.wanted)) this.#hello(peer, link)
    }
    this.#match(peer, link)
    this.#releaseUnless(peer)
  }

  #resume(edge: Edge, applied: number): void {
    for (const [k, payload] of edge.unacknowledged(applied)) {
      this.#send(edge.peer, { kind: 'exchange', id: edge.id, k, round: this.#round(), ...payload })
    }
    if (edge.final !== null) this.#sendRetire(edge, edge.final)
    edge.saidDone = false
    this.advance(edge)
  }

  #match(peer: PeerName, link: Link): void {
    const { mine, theirs } = link
    if (this.#edges.has(peer) || !link.offered || !mine.wanted || theirs?.wanted !== true) return
    const [low, high] = this.#self < peer ? [mine, theirs] : [theirs, mine]
    const id = [low.nonce, high.nonce].map((n) => n.toString(16).padStart(8, '0')).join('')
    const edge = new Edge(id, peer, edgeWeight(mine.degree, theirs.degree))
    this.#edges.set(peer, edge)
    for (const early of link.early.splice(0)) {
      if (early.id === id) edge.receive(early.k, early)
      // The neighbour may have changed its mind and back, and speak of the edge after this one.
      else link.early.push(early)
    }
  }

  #keepEarly(peer: PeerName, exchange: Exchange): void {
    const early = this.#links.get(peer)?.early
    if (early === undefined) return
    if (early.length === MAX_EARLY) early.shift()
    early.push(exchange)
  }

  #retire(edge: Edge, theirs: number | null): void {
    const news = edge.final === null
    const final = edge.retire(theirs)
    if (news && this.reachable(edge.peer)) this.#sendRetire(edge, final)
    this.advance(edge)
    if (!edge.open) this.#settled(edge.peer, false)
  }

  /** The handshake's end: both ends have applied the same exchanges, and both know. */
  #close(edge: Edge): void {
    const { peer } = edge
    this.#forget(edge)
    const link = this.#links.get(peer)
    if (link === undefined) return
    link.theirs = null
    link.offered = false
    if (this.#wanted.has(peer)) this.#hello(peer, link)
    else this.#emit({ type: 'release', peer })
  }

  #forget(edge: Edge): void {
    this.#edges.delete(edge.peer)
    this.#compute({ kind: 'forget', id: edge.id })
    this.#settled(edge.peer, false)
  }

  #compute(job: Job): void {
    this.#emit({ type: 'compute', job })
  }

  #sendRetire({ id, peer }: Edge, final: number): void {
    this.#send(peer, { kind: 'retire', id, final, round: this.#round() })
  }

  #send(to: PeerName, message: Message): void {
    this.#emit({ type: 'send', to, message, delivery: 'every' })
  }
}
