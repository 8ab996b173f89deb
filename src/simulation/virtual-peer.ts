/**
 * One stay of a peer in the virtual swarm, from its coming to its going: the strategy's driver, a
 * queue of jobs run inline, and the time that they take.
 */
import type { Neighbourhood } from '../consensus/neighbourhood.ts'
import type { Random } from '../random.ts'
import type { PeerCounters } from '../strategy/counters.ts'
import { Driver, type Host, type RoundOutcome } from '../strategy/driver.ts'
import type { Compute, Kinds, Milliseconds, PeerName, Strategy } from '../strategy/strategy.ts'
import type { Budget } from '../swarm/budget.ts'
import type { VirtualClock } from './virtual-clock.ts'
import type { VirtualNetwork } from './virtual-network.ts'
import { isVirtuallySigned, virtualSignature } from './virtual-signature.ts'

/** Something the compute half does: how long it takes in virtual time, and what follows. */
interface Work {
  /** `takes`: null: nothing, and what follows comes at once. */
  run(): { readonly takes: Milliseconds | null; next(): void }
}

/** A completed round, and the peer's counters at that moment. */
export interface Completion extends RoundOutcome {
  readonly atMs: Milliseconds
  readonly bytesSent: number
  readonly bytesReceived: number
  /** Since the completion before: local steps, and all other jobs. */
  readonly computeMs: Milliseconds
  readonly exchangeMs: Milliseconds
}

export interface VirtualPeerParts {
  readonly name: PeerName
  readonly strategy: Strategy<Kinds>
  readonly compute: Compute<Kinds>
  readonly random: Random
  readonly neighbourhood: Neighbourhood
  readonly clock: VirtualClock
  readonly network: VirtualNetwork
  readonly counters: PeerCounters
  /** What the strategy has persisted; grows. Null: there will be no other stay, and nothing is kept. */
  readonly records: Array<Kinds['record']> | null
  /** The round to take up. */
  readonly round: number
  readonly budget: Budget | null
  /** @default true */
  readonly trains?: boolean
  /** Local steps that the job which has just run took, times what each takes. */
  readonly trained: () => Milliseconds
  /** A round's mixing has been done; nothing of the next round has. */
  readonly onRound: (completion: Completion) => void
  readonly onFinished: () => void
  /** The replica's hash at a cut. */
  readonly onReplica?: (cut: string, hash: string) => void
}

/** Every job but the local steps: encoding, mixing and the like. */
const OTHER_JOB_MS = 0.2

/** Takes no virtual time: whether replicas are compared must not change what they are. */
const COMPARISON = 'hash'

export class VirtualPeer {
  readonly compute: Compute<Kinds>
  /** Wall time spent on jobs. */
  computeSeconds = 0
  readonly #parts: VirtualPeerParts
  readonly #driver: Driver<Kinds>
  readonly #work: Work[] = []
  readonly #armed = new Map<string, number>()
  #turns = 0
  #busy = false
  #gone = false
  #computeMs: Milliseconds = 0
  #exchangeMs: Milliseconds = 0

  constructor(parts: VirtualPeerParts) {
    const { name, strategy, compute, random, neighbourhood, round, budget, trains = true } = parts
    this.#parts = parts
    this.compute = compute
    this.#driver = new Driver(strategy, name, random, neighbourhood, this.#host(), {
      round,
      budget,
      trains
    })
  }

  start(): void {
    const { name, network, counters } = this.#parts
    network.join(name, {
      link: (peer, state) => this.#driver.link(peer, state),
      frame: (peer, channel, frame) => this.#driver.frame(peer, channel, frame),
      rejected: (_, reason) => counters.reject(reason),
      sent: (kind, bytes) => counters.traffic.countSent(kind, bytes),
      received: (bytes) => counters.traffic.countReceived(bytes)
    })
    this.#driver.start(this.#parts.records ?? [])
  }

  /** Whether this peer trains from now on. */
  training(on: boolean): void {
    this.#driver.training(on)
  }

  /** The run is over, whatever has been trained; `onFinished` follows. */
  end(): void {
    this.#driver.end()
  }

  /** Parts from the others; `onFinished` follows. */
  leave(): void {
    this.#driver.leave()
  }

  /** Is gone at once: nothing that was under way happens any more. */
  stop(): void {
    this.#gone = true
    this.#parts.network.leave(this.#parts.name)
  }

  /** `trainers`: how many train; null: all. */
  members(others: readonly PeerName[], trainers: number | null = null): void {
    this.#driver.members(others, trainers)
  }

  #host(): Host<Kinds> {
    const { clock, network, name, counters } = this.#parts
    return {
      now: () => clock.now,
      compute: (job) => this.#enqueue({ run: () => this.#run(job) }),
      send: (to, message, delivery) => network.send(name, to, message, delivery),
      release: (peer) => network.release(name, peer),
      timer: (timer, after) => this.#arm(timer, after),
      want: (peers) => network.want(name, peers),
      sign: (digest) => this.#driver.signed(virtualSignature(name, digest)),
      verify: (claims) => this.#driver.verified(claims.map(isVirtuallySigned)),
      persist: (record) => {
        this.#parts.records?.push(record)
        this.#driver.persisted(record)
      },
      checkpoint: (record) => {
        this.#parts.records?.splice(0, Infinity, record)
        this.#driver.checkpointed(true)
      },
      replica: (cut, hash) => this.#parts.onReplica?.(cut, hash),
      chosen: (values) => counters.choose(values),
      notice: () => {},
      rejected: (_, reason) => counters.reject(reason),
      roundBegan: () => {},
      roundCompleted: (outcome) => this.#complete(outcome),
      // After the jobs before it, as the daemon saves its replica: the others have mixed those, too.
      finished: () => this.#enqueue({ run: () => ({ takes: 0, next: this.#parts.onFinished }) })
    }
  }

  #run(job: Kinds['job']): ReturnType<Work['run']> {
    const began = performance.now()
    const result = this.compute.run(job)
    this.computeSeconds += (performance.now() - began) / 1000
    const next = (): void => this.#driver.computed(result)
    if (job.kind === COMPARISON) return { takes: null, next }
    const trained = this.#parts.trained()
    this.#computeMs += trained
    this.#exchangeMs += OTHER_JOB_MS
    return { takes: OTHER_JOB_MS + trained, next }
  }

  #complete(outcome: RoundOutcome): void {
    const { counters, clock, onRound } = this.#parts
    counters.round(outcome)
    const { sentBytes: bytesSent, receivedBytes: bytesReceived } = counters.traffic
    const soFar = { ...outcome, atMs: clock.now, bytesSent, bytesReceived }
    const run = (): ReturnType<Work['run']> => {
      onRound({ ...soFar, computeMs: this.#computeMs, exchangeMs: this.#exchangeMs })
      this.#computeMs = 0
      this.#exchangeMs = 0
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
    const done = (): void => {
      if (this.#gone) return
      this.#busy = false
      next()
      this.#next()
    }
    if (takes === null) done()
    else this.#parts.clock.after(takes, done)
  }

  #arm(timer: string, after: Milliseconds): void {
    const turn = ++this.#turns
    this.#armed.set(timer, turn)
    this.#parts.clock.after(after, () => {
      if (this.#gone || this.#armed.get(timer) !== turn) return
      this.#armed.delete(timer)
      this.#driver.timer(timer)
    })
  }
}
