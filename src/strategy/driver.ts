/**
 * Runs one strategy's protocol half: one event at a time, effects in order, frames to messages and
 * back. What the effects do to the world is the host's business: `peer/` performs them for real,
 * `simulation/` in virtual time, and both through this file.
 *
 * Invariants: an event that comes up while effects are performed waits for the last of them; results
 * come back in the order of their jobs (the host runs one at a time); a message that its codec
 * rejects never reaches the protocol.
 */
import type { Neighbourhood } from '../consensus/neighbourhood.ts'
import type { Random } from '../random.ts'
import type { Budget } from '../swarm/budget.ts'
import type { Bytes } from '../vector/vector.ts'
import type { Frame } from '../wire/frame.ts'
import type { Channel, Outgoing } from '../wire/link-end.ts'
import type { RejectReason } from '../wire/reject.ts'
import type {
  Checkpoint,
  Claim,
  Components,
  Effect,
  Kinds,
  Milliseconds,
  PeerName,
  Progress,
  Protocol,
  ProtocolEvent,
  RunEnd,
  Strategy
} from './strategy.ts'

export interface RoundOutcome {
  readonly round: number
  readonly heard: number
  readonly missed: number
}

export interface Host<K extends Kinds> {
  now(): Milliseconds
  /** Runs the job after all earlier ones; answers through `Driver.computed`. */
  compute(job: K['job']): void
  send(to: PeerName, message: Outgoing, delivery: 'latest' | 'every'): void
  release(peer: PeerName): void
  /** Answers through `Driver.timer`; re-arming a name replaces it. */
  timer(name: string, after: Milliseconds): void
  /** Dial these peers. A link that has come up is kept, and dialled again, until it is released. */
  want(peers: readonly PeerName[]): void
  /** Answers through `Driver.signed`. */
  sign(digest: Bytes): void
  /** Answers through `Driver.verified`, in order. */
  verify(claims: readonly Claim[]): void
  /** Answers through `Driver.persisted`, in order. */
  persist(record: K['record']): void
  /** Answers through `Driver.checkpointed`, in order. */
  checkpoint(record: K['record'] & Checkpoint): void
  /** The replica's hash at a cut that others come by, too. */
  replica(cut: string, hash: string): void
  chosen(values: Readonly<Record<string, number>>): void
  notice(text: string, alarm: 'expelled' | null): void
  rejected(peer: PeerName, reason: RejectReason): void
  /** How far the replica of the others is that is being fetched; null: none is any more. */
  joining?(progress: Progress | null): void
  /** `done`: the share of the run that is over, 0 to 1; null: that goes by the number of the round. */
  roundBegan(round: number, done: number | null): void
  roundCompleted(outcome: RoundOutcome): void
  /** `end`: of the run; null: only this peer's part in it has ended. */
  finished(end: RunEnd | null): void
}

/** What a protocol half is told beside who it is; the defaults are the strategy's. */
export type DriverOptions = Partial<Omit<Components, 'self' | 'random'>>

export class Driver<K extends Kinds> {
  readonly #strategy: Strategy<K>
  readonly #protocol: Protocol<K>
  readonly #host: Host<K>
  readonly #neighbourhood: Neighbourhood
  readonly #waiting: Array<ProtocolEvent<K>> = []
  #running = false
  #round: number

  constructor(
    strategy: Strategy<K>,
    self: PeerName,
    random: Random,
    neighbourhood: Neighbourhood,
    host: Host<K>,
    { round = 0, ...choices }: DriverOptions = {}
  ) {
    this.#strategy = strategy
    this.#protocol = strategy.protocol({ self, random, round, ...choices })
    this.#round = round
    this.#host = host
    this.#neighbourhood = neighbourhood
  }

  /** `records`: what the host has persisted for this peer, oldest first. */
  start(records: ReadonlyArray<K['record']> = []): void {
    this.#deliver({ type: 'started', records })
    this.#updateNeighbours()
  }

  signed(signature: Bytes): void {
    this.#deliver({ type: 'signed', signature })
  }

  verified(valid: readonly boolean[]): void {
    this.#deliver({ type: 'verified', valid })
  }

  persisted(record: K['record']): void {
    this.#deliver({ type: 'persisted', record })
  }

  checkpointed(kept: boolean): void {
    this.#deliver({ type: 'checkpointed', kept })
  }

  /** Whether this peer trains from now on. */
  training(on: boolean): void {
    this.#deliver({ type: 'training', on })
  }

  budget(budget: Budget | null): void {
    this.#deliver({ type: 'budget', budget })
  }

  computed(result: K['result']): void {
    this.#deliver({ type: 'computed', result })
  }

  link(peer: PeerName, state: 'up' | 'down'): void {
    this.#deliver({ type: 'link', peer, state })
  }

  frame(from: PeerName, channel: Channel, frame: Frame): void {
    const message = this.#strategy.codec.decode(frame.kind, channel, frame.body)
    if (isRejected(message)) this.#host.rejected(from, message.reason)
    else this.#deliver({ type: 'received', from, message })
  }

  timer(name: string): void {
    this.#deliver({ type: 'timer', name })
  }

  /** The run is over. */
  end(): void {
    this.#deliver({ type: 'end' })
  }

  leave(): void {
    this.#deliver({ type: 'leave' })
  }

  /** Members came or went. `trainers`: how many of them train, this one included; null: all. */
  members(others: Iterable<PeerName>, trainers: number | null = null): void {
    this.#neighbourhood.others = others
    this.#neighbourhood.trainers = trainers
    this.#updateNeighbours()
  }

  #updateNeighbours(): void {
    const peers = this.#neighbourhood.changedAt(this.#round)
    if (peers === null) return
    this.#host.want(peers)
    this.#deliver({ type: 'neighbours', peers, members: this.#neighbourhood.members })
  }

  #deliver(event: ProtocolEvent<K>): void {
    this.#waiting.push(event)
    if (this.#running) return
    this.#running = true
    // A strategy that throws is broken: the exception is the host's, and nothing more is handled.
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      for (const effect of this.#protocol.handle(next, this.#host.now())) this.#perform(effect)
    }
    this.#running = false
  }

  #perform(effect: Effect<K>): void {
    switch (effect.type) {
      case 'compute':
        this.#host.compute(effect.job)
        break
      case 'send':
        this.#host.send(effect.to, this.#strategy.codec.encode(effect.message), effect.delivery)
        break
      case 'release':
        this.#host.release(effect.peer)
        break
      case 'timer':
        this.#host.timer(effect.name, effect.after)
        break
      case 'sign':
        this.#host.sign(effect.digest)
        break
      case 'verify':
        this.#host.verify(effect.claims)
        break
      case 'persist':
        this.#host.persist(effect.record)
        break
      case 'checkpoint':
        this.#host.checkpoint(effect.record)
        break
      case 'replica':
        this.#host.replica(effect.cut, effect.hash)
        break
      case 'reject':
        this.#host.rejected(effect.peer, effect.reason)
        break
      case 'chosen':
        this.#host.chosen(effect.values)
        break
      case 'notice':
        this.#host.notice(effect.text, effect.alarm ?? null)
        break
      case 'joining':
        this.#host.joining?.(effect.progress)
        break
      case 'round-began':
        this.#round = effect.round
        this.#host.roundBegan(effect.round, effect.done ?? null)
        this.#updateNeighbours()
        break
      case 'round-completed': {
        const { round, heard, missed } = effect
        this.#host.roundCompleted({ round, heard, missed })
        break
      }
      case 'finished':
        this.#host.want([])
        this.#host.finished(effect.end ?? null)
        break
    }
  }
}

const isRejected = (message: {
  readonly kind: string
}): message is { kind: 'rejected'; reason: RejectReason } => message.kind === 'rejected'
