/** One peer in virtual time: the strategy's driver, a queue of jobs run inline, and its counters. */
import type { Neighbourhood } from '../consensus/neighbourhood.ts'
import type { Random } from '../random.ts'
import { PeerCounters } from '../strategy/counters.ts'
import { Driver, type Host, type RoundOutcome } from '../strategy/driver.ts'
import type { Compute, Kinds, Milliseconds, PeerName, Strategy } from '../strategy/strategy.ts'
import type { VirtualClock } from './virtual-clock.ts'
import type { VirtualNetwork } from './virtual-network.ts'

/** Something the compute half does: how long it takes in virtual time, and what follows. */
interface Work {
  run(): { readonly takes: Milliseconds; next(): void }
}

/** A completed round, and the peer's counters at that moment. */
export interface Completion extends RoundOutcome {
  readonly atMs: Milliseconds
  readonly bytesSent: number
  readonly bytesReceived: number
}

export interface VirtualPeerParts {
  readonly name: PeerName
  readonly strategy: Strategy<Kinds>
  readonly compute: Compute<Kinds>
  readonly random: Random
  readonly neighbourhood: Neighbourhood
  readonly clock: VirtualClock
  readonly network: VirtualNetwork
  /** Virtual duration of the job that has just run. */
  readonly duration: () => Milliseconds
  /** A round's mixing has been done; nothing of the next round has. */
  readonly onRound: (completion: Completion) => void
  readonly onFinished: () => void
}

export class VirtualPeer {
  readonly name: PeerName
  readonly compute: Compute<Kinds>
  readonly counters = new PeerCounters()
  /** Wall time spent on jobs. */
  computeSeconds = 0
  readonly #parts: VirtualPeerParts
  readonly #driver: Driver<Kinds>
  readonly #work: Work[] = []
  readonly #armed = new Map<string, number>()
  #turns = 0
  #busy = false

  constructor(parts: VirtualPeerParts) {
    const { name, strategy, compute, random, neighbourhood, network } = parts
    this.#parts = parts
    this.name = name
    this.compute = compute
    this.#driver = new Driver(strategy, name, random, neighbourhood, this.#host())
    network.join(name, {
      link: (peer, state) => this.#driver.link(peer, state),
      frame: (peer, channel, frame) => this.#driver.frame(peer, channel, frame),
      rejected: (_, reason) => this.counters.reject(reason),
      sent: (kind, bytes) => this.counters.traffic.countSent(kind, bytes),
      received: (bytes) => this.counters.traffic.countReceived(bytes)
    })
  }

  start(): void {
    this.#driver.start()
  }

  leave(): void {
    this.#driver.leave()
  }

  #host(): Host<Kinds> {
    const { clock, network, name } = this.#parts
    return {
      now: () => clock.now,
      compute: (job) => this.#enqueue({ run: () => this.#run(job) }),
      send: (to, message, delivery) => network.send(name, to, message, delivery),
      release: (peer) => network.release(name, peer),
      timer: (timer, after) => this.#arm(timer, after),
      want: (peers) => network.want(name, peers),
      rejected: (_, reason) => this.counters.reject(reason),
      roundCompleted: (outcome) => this.#complete(outcome),
      finished: () => this.#parts.onFinished()
    }
  }

  #run(job: Kinds['job']): ReturnType<Work['run']> {
    const began = performance.now()
    const result = this.compute.run(job)
    this.computeSeconds += (performance.now() - began) / 1000
    return { takes: this.#parts.duration(), next: () => this.#driver.computed(result) }
  }

  #complete(outcome: RoundOutcome): void {
    this.counters.round(outcome)
    const { sentBytes: bytesSent, receivedBytes: bytesReceived } = this.counters.traffic
    const completion = { ...outcome, atMs: this.#parts.clock.now, bytesSent, bytesReceived }
    const run = (): ReturnType<Work['run']> => {
      this.#parts.onRound(completion)
      return { takes: 0, next: () => {} }
    }
    this.#enqueue({ run })
  }

  #enqueue(work: Work): void {
    this.#work.push(work)
    this.#next()
  }

  #next(): void {
    const work = this.#busy ? undefined : this.#work.shift()
    if (work === undefined) return
    this.#busy = true
    const { takes, next } = work.run()
    this.#parts.clock.after(takes, () => {
      this.#busy = false
      next()
      this.#next()
    })
  }

  #arm(timer: string, after: Milliseconds): void {
    const turn = ++this.#turns
    this.#armed.set(timer, turn)
    this.#parts.clock.after(after, () => {
      if (this.#armed.get(timer) !== turn) return
      this.#armed.delete(timer)
      this.#driver.timer(timer)
    })
  }
}
