/**
 * The links, and the flows on them. A flow goes on over a new connection if the other end says that it
 * still has what it had heard of it; otherwise it begins anew, and what was on its way is gone, parameters
 * and mass alike. On one connection one flow comes from each end. The rounds are not this file's business.
 */
import type { Random } from '../../random.ts'
import type { Effect, Milliseconds, PeerName } from '../strategy.ts'
import type { Aim, Mark, Message, SgpKinds, Sums } from './kinds.ts'

type Push = Extract<Message, { kind: 'push' }>

/** What this end sends. */
interface Outgoing {
  readonly flow: number
  sent: number
  acked: number
}

/** What this end has heard. */
interface Incoming {
  readonly flow: number
  readonly source: number
  number: number
}

interface Neighbour {
  up: boolean
  /** The other end has said hello on this connection. */
  greeted: boolean
  leaving: boolean
  /** It has said that it pushes nothing more to this end, which leaves. */
  through: boolean
  /** A push has come on this connection: no other flow will. */
  settled: boolean
  /** Since when there is no connection. */
  downSince: Milliseconds
  out: Outgoing | null
  in: Incoming | null
}

export class Neighbours {
  readonly #random: Random
  readonly #emit: (effect: Effect<SgpKinds>) => void
  readonly #round: () => number
  readonly #all = new Map<PeerName, Neighbour>()
  #wanted: ReadonlySet<PeerName> = new Set()
  #leaving = false
  #sources = 0

  /** `round` is this peer's, which goes with what it says. */
  constructor(random: Random, emit: (effect: Effect<SgpKinds>) => void, round: () => number) {
    this.#random = random
    this.#emit = emit
    this.#round = round
  }

  get wanted(): Iterable<PeerName> {
    return this.#wanted
  }

  /** Those that take part in rounds and can be talked to, wanted or not. */
  get present(): readonly PeerName[] {
    return [...this.#all.keys()].filter((peer) => this.isPresent(peer))
  }

  isPresent(peer: PeerName): boolean {
    const neighbour = this.#all.get(peer)
    return neighbour?.greeted === true && !neighbour.leaving
  }

  /** Every wanted neighbour can be talked to. */
  get complete(): boolean {
    return [...this.#wanted].every((peer) => this.#all.get(peer)?.greeted === true)
  }

  /** There are neighbours to talk to and none of them is there. */
  get cutOff(): boolean {
    if (this.#wanted.size === 0) return false
    return ![...this.#wanted].some((peer) => this.#all.get(peer)?.greeted === true)
  }

  /** For a peer that leaves: nothing is on its way any more, to it or to anyone that can still hear it. */
  get settled(): boolean {
    return [...this.#all.values()].every(
      ({ greeted, leaving, through, out }) => !greeted || leaving || (through && isHeard(out))
    )
  }

  want(peers: readonly PeerName[]): void {
    this.#wanted = new Set(peers)
    for (const peer of this.#all.keys()) this.#releaseIfDone(peer)
  }

  /** Tells everyone that nothing more should be pushed to this peer. */
  leave(): void {
    this.#leaving = true
    for (const [peer, { greeted }] of this.#all) if (greeted) this.#hello(peer)
    this.want([])
  }

  linkUp(peer: PeerName): void {
    const known = this.#all.get(peer)
    const fresh = {
      up: true,
      greeted: false,
      leaving: false,
      through: false,
      settled: false,
      downSince: 0
    }
    this.#all.set(peer, { out: null, in: null, ...known, ...fresh })
    this.#hello(peer)
  }

  linkDown(peer: PeerName, now: Milliseconds): void {
    const known = this.#all.get(peer)
    if (known === undefined) return
    Object.assign(known, { up: false, greeted: false, downSince: now })
    if (!this.#wanted.has(peer) && isThrough(known)) this.#emit({ type: 'release', peer })
  }

  greet(peer: PeerName, { heard, leaving }: Extract<Message, { kind: 'hello' }>): void {
    const neighbour = this.#all.get(peer)
    if (neighbour?.up !== true) return
    if (leaving && !neighbour.leaving) this.#pass(peer, true)
    neighbour.leaving ||= leaving
    if (!neighbour.greeted) {
      neighbour.greeted = true
      this.#resume(neighbour, peer, heard)
    }
    this.#releaseIfDone(peer)
  }

  acked(peer: PeerName, { flow, number }: Mark): void {
    const out = this.#all.get(peer)?.out
    if (out === null || out === undefined || out.flow !== flow || number > out.sent) return
    out.acked = Math.max(out.acked, number)
    this.#releaseIfDone(peer)
  }

  /** Adds what a push has brought, and says so; false: it is old news. */
  receive(peer: PeerName, { flow, number, mass, worth, bytes }: Push): boolean {
    const neighbour = this.#all.get(peer)
    if (neighbour?.up !== true) return false
    if (neighbour.in?.flow !== flow) {
      if (neighbour.settled) return false
      if (neighbour.in !== null) this.#forget(null, neighbour.in.source)
      neighbour.in = { flow, source: this.#sources++, number: 0 }
    }
    neighbour.settled = true
    const incoming = neighbour.in
    if (incoming === null || number <= incoming.number) return false
    incoming.number = number
    this.#emit({
      type: 'compute',
      job: { kind: 'receive', source: incoming.source, mass, worth, bytes }
    })
    this.#send(peer, { kind: 'ack', flow, number })
    return true
  }

  /** What a push to this peer is aimed by. */
  aim(peer: PeerName): Aim {
    const neighbour = this.#all.get(peer)!
    neighbour.out ??= { flow: this.#newFlow(), sent: 0, acked: 0 }
    return { flow: neighbour.out.flow, acked: neighbour.out.acked }
  }

  /** Sends sums on the connection that there is; whom they went to, or null. */
  push({ flow, number, ...sums }: Mark & Sums): PeerName | null {
    for (const [peer, { out, greeted }] of this.#all) {
      if (out?.flow !== flow) continue
      out.sent = Math.max(out.sent, number)
      if (greeted) {
        const message = { kind: 'push', flow, number, round: this.#round(), ...sums } as const
        // A later sum says all that an earlier one has said.
        this.#emit({ type: 'send', to: peer, message, delivery: 'latest' })
        return peer
      }
    }
    return null
  }

  pass(peer: PeerName): void {
    this.#pass(peer, false)
  }

  /** It has pushed all that it had for this end. */
  through(peer: PeerName): void {
    const neighbour = this.#all.get(peer)
    if (neighbour !== undefined) neighbour.through = true
  }

  /** Forgets those that nobody wants and nobody has reached since `since`. */
  abandon(since: Milliseconds): void {
    for (const [peer, { up, downSince, out, in: incoming }] of this.#all) {
      if (up || this.#wanted.has(peer) || downSince > since) continue
      this.#all.delete(peer)
      this.#forget(out?.flow ?? null, incoming?.source ?? null)
      this.#emit({ type: 'release', peer })
    }
  }

  #resume(neighbour: Neighbour, peer: PeerName, heard: Mark | null): void {
    const { out } = neighbour
    if (out === null) return
    const known = heard?.flow === out.flow ? heard.number : 0
    // What it has had it has lost, or claims more than there was: the sums are of no use to it.
    if (known < out.acked || known > out.sent) {
      this.#forget(out.flow, null)
      neighbour.out = null
      return
    }
    out.acked = known
    if (isHeard(out)) return
    const again = [this.aim(peer)]
    this.#emit({ type: 'compute', job: { kind: 'push', aims: [], again } })
  }

  /** A link that is not wanted, and owes nothing any more, need not be held. */
  #releaseIfDone(peer: PeerName): void {
    const neighbour = this.#all.get(peer)!
    if (!neighbour.greeted || this.#wanted.has(peer) || !isThrough(neighbour)) return
    this.#emit({ type: 'release', peer })
  }

  #newFlow(): number {
    const taken = new Set([...this.#all.values()].map(({ out }) => out?.flow))
    let flow = this.#random.integer(2 ** 32)
    while (taken.has(flow)) flow = this.#random.integer(2 ** 32)
    return flow
  }

  #hello(peer: PeerName): void {
    const incoming = this.#all.get(peer)?.in ?? null
    const heard = incoming && { flow: incoming.flow, number: incoming.number }
    const round = this.#round()
    this.#send(peer, { kind: 'hello', round, leaving: this.#leaving, heard })
  }

  #pass(peer: PeerName, last: boolean): void {
    this.#send(peer, { kind: 'pass', round: this.#round(), last })
  }

  #forget(flow: number | null, source: number | null): void {
    if (flow === null && source === null) return
    this.#emit({ type: 'compute', job: { kind: 'forget', flow, source } })
  }

  #send(to: PeerName, message: Message): void {
    this.#emit({ type: 'send', to, message, delivery: 'every' })
  }
}

const isHeard = (out: Outgoing | null): boolean => out === null || out.acked >= out.sent

/** Nothing is owed to it: whoever leaves takes no more. */
const isThrough = ({ out, leaving }: Neighbour): boolean => leaving || isHeard(out)
