/**
 * A peer's own rounds: local steps, encode, sign, keep, publish; then the others' deltas of the same
 * round are waited for, but no longer than their pace lets expect. A peer that does not train follows the
 * swarm's rounds instead.
 */
import type { Budget } from '../../swarm/budget.ts'
import type { Saved } from '../../vector/saved.ts'
import type { Milliseconds, PeerName } from '../strategy.ts'
import type { DeltaHead } from './body.ts'
import { Census } from './census.ts'
import { Drafting } from './drafting.ts'
import { Gathering } from './gathering.ts'
import type { CheckpointRecord, Delta, Result } from './kinds.ts'
import type { Phase } from './phase.ts'
import { Publisher } from './publisher.ts'
import type { RoundsOptions, RoundsParts } from './rounds-parts.ts'
import type { SavedRounds } from './saved-rounds.ts'
import { SwarmClock } from './swarm-clock.ts'

/** Own deltas that no neighbour has confirmed before the next round has to wait. */
const LEAD = 2
/** How long a peer that has ended waits for others that say nothing, and one that leaves for an answer. */
const END_PATIENCE_MS = 60_000
const LEAVE_PATIENCE_MS = 2000

export class Rounds {
  readonly #options: RoundsOptions
  readonly #parts: RoundsParts
  readonly #clock: SwarmClock
  readonly #census: Census
  readonly #drafting: Drafting
  readonly #gathering: Gathering
  readonly #publisher: Publisher
  #phase: Phase = 'gathering'
  /** What it is told to do; a round under way is finished first. */
  #trains: boolean
  /** Rounds of this life, own and followed. */
  #turn = 0
  /** The number that goes with the next round, or with this one. */
  #round = 0
  #began: Milliseconds = 0
  /** Local steps of an earlier life that no delta has, and the own deltas before them. */
  #unsent: { readonly steps: number; readonly signed: number } | null = null
  /** Others count on this peer: its latest delta was not its last. */
  #counts = false
  /** The swarm's round that this peer follows. */
  #followed = 0
  /** What follows an own last delta. */
  #then: 'following' | 'ended' = 'ended'
  #deadlinePassed = false
  #leaving = false
  /** The run has ended before all samples were seen. */
  #over = false
  #lastTaken = false

  constructor(options: RoundsOptions, parts: RoundsParts) {
    this.#options = options
    this.#parts = parts
    this.#trains = options.trains
    this.#clock = new SwarmClock(options, parts.held)
    this.#census = new Census(options, { ...parts, clock: this.#clock })
    this.#gathering = new Gathering(parts)
    this.#publisher = new Publisher({ manifest: options.manifest, ...parts })
    this.#drafting = new Drafting(options, {
      stage: parts.stage,
      clock: this.#clock,
      census: this.#census,
      publisher: this.#publisher
    })
  }

  get finished(): boolean {
    return this.#phase === 'finished'
  }

  get roundMs(): Milliseconds | null {
    return this.#census.pace.roundMs
  }

  /** What the mean over the origins is taken by, for this delta. */
  sharers({ worth }: DeltaHead): number {
    return this.#census.sharers(worth)
  }

  start(): void {
    this.#gathering.start(this.#options.startPatience)
  }

  members(members: number): void {
    this.#census.members = members
  }

  set budget(budget: Budget | null) {
    this.#drafting.budget = budget
  }

  /** Whether this peer trains from now on. */
  training(on: boolean): void {
    this.#trains = on
  }

  /** What an earlier life has kept. */
  resume({ signed, round, rounds }: CheckpointRecord): void {
    const { unsent, counts } = rounds
    this.recall(signed)
    // What lies between is void, or it would be in the checkpoint.
    if (signed > this.#parts.held.seq(this.#parts.self)) this.#gathering.restored()
    this.#round = round
    this.#unsent = unsent === null ? null : { steps: unsent, signed }
    this.#counts = counts
    this.#drafting.restore(rounds)
    this.#census.restore(rounds)
  }

  /** This peer has signed so many deltas in earlier lives, at the least. */
  recall(seq: number): void {
    this.#publisher.recall(seq)
  }

  /** A delta is in the set. */
  heard(origin: PeerName, head: DeltaHead): void {
    const { self, stage } = this.#parts
    if (origin === self) {
      this.#counts = !head.last
      return
    }
    this.#census.activity.observe(origin, head, stage.now)
    this.#census.pace.heard(origin, stage.now)
  }

  /** An origin has signed two different deltas with one number. If it is this peer, this is its end. */
  expel(origin: PeerName): void {
    const { self, stage } = this.#parts
    this.#census.activity.forget(origin)
    if (origin !== self) return
    stage.notice(
      'other peers have proof that two different deltas were signed with this identity, and take ' +
        'back what came after: its state was lost, restored from a copy, or used by two peers. To ' +
        'take part again, begin with a new identity (an empty state folder)',
      'expelled'
    )
    if (this.finished) return
    // For a while it still answers for what it has signed, so that all take back the same.
    this.#phase = 'expelled'
    stage.timer('end', LEAVE_PATIENCE_MS)
  }

  computed(result: Result): void {
    if (this.#phase !== 'expelled') this.#drafting.computed(result)
  }

  /** Goes on to the next phase where nothing is left to wait for. */
  proceed(): void {
    const met = this.gathering && this.#census.told
    if (met && this.#gathering.complete(this.#publisher.highest)) this.#begin()
    if (this.#phase === 'waiting' && this.#answered) this.#completeRound()
    if (this.#phase === 'following') this.#follow()
    if (this.#phase === 'ended' && this.#settled) this.#finish()
    if (this.#phase === 'parting') this.#part()
    else if (this.#checkpointDue) this.#checkpoint()
  }

  /** The vectors have been copied for a checkpoint. */
  copied(compute: Saved): void {
    const { learnt } = this.#drafting
    this.#parts.checkpoints.copied(compute, { signed: this.#publisher.highest, learnt })
  }

  /** True until this peer begins to train, or to follow. */
  get gathering(): boolean {
    return this.#phase === 'gathering'
  }

  /** It has no work that a snapshot could cost. */
  get fresh(): boolean {
    const { held, self } = this.#parts
    return this.gathering || (this.#phase === 'following' && held.seq(self) === 0)
  }

  /** Between two rounds, the replica may be replaced. */
  get between(): boolean {
    return this.#phase !== 'working'
  }

  /**
   * What each peer of a losing side takes along of the difference between its replica and the winner's:
   * with m such peers of N, each sending it with weight alpha / N, it moves the swarm by m / N of it.
   */
  get share(): number {
    return 1 / Math.min(this.#census.equivalents, this.#drafting.alpha)
  }

  /** A snapshot has been taken. Own deltas that it lacks and nobody can serve are void. */
  restored(): void {
    this.#gathering.restored()
  }

  /** Only now does the own delta exist. */
  persisted(record: Delta): void {
    const { spread, stage, accept } = this.#parts
    const published = this.#publisher.persisted(record)
    if (published === null || this.#phase === 'expelled') return
    const { delta, placed } = published
    if (placed) {
      stage.compute({ kind: 'apply', deltas: [accept(delta)] })
      spread.push(delta)
    }
    if (delta.head.last) this.#retired()
    else this.#wait()
  }

  timeUp(name: string): void {
    if (name === 'start' && this.gathering) this.#gathering.losePatience(this.#publisher.highest)
    if (name === 'round') this.#deadlinePassed = true
    const over = this.#phase === 'ended' || this.#phase === 'expelled'
    if (name === 'end' && over) this.#finish()
  }

  /** Begins no further round, and ends as after the last one. */
  end(): void {
    this.#over = true
  }

  leave(): void {
    this.#leaving = true
    if (this.#phase === 'gathering') this.#finish()
    if (this.#phase === 'ended') this.#parts.stage.timer('end', LEAVE_PATIENCE_MS)
  }

  /** `missed`: who was waited for in vain. */
  #begin(missed: readonly PeerName[] = []): void {
    if (this.#leaving || this.#over || this.#complete) this.#retire('ended')
    else if (!this.#trains) this.#retire('following')
    else this.#work(missed)
  }

  #work(missed: readonly PeerName[]): void {
    const { stage, held, self } = this.#parts
    this.#census.trains = true
    this.#beginRound()
    this.#phase = 'working'
    this.#began = stage.now
    const unsent = this.#unsent
    this.#unsent = null
    this.#census.pace.begin(missed, stage.now)
    const { highest } = this.#publisher
    if (unsent?.signed === Math.max(highest, held.seq(self))) this.#drafting.resume(unsent.steps)
    else this.#drafting.train()
  }

  /** A peer without data, and alone, would never see enough: it goes by its rounds. */
  get #complete(): boolean {
    const idle = this.#drafting.learnt?.samples === 0
    return this.#clock.complete || (idle && this.#census.done >= this.#options.rounds)
  }

  #wait(): void {
    const { stage } = this.#parts
    this.#phase = 'waiting'
    this.#deadlinePassed = false
    this.#census.pace.publish(stage.now)
    stage.timer('round', this.#census.deadline)
    const early = this.#began + this.#options.interval - stage.now
    if (early > 0) stage.timer('interval', early)
  }

  get #answered(): boolean {
    const { stage, held, spread, self } = this.#parts
    if (this.#leaving || !this.#trains) return true
    if (stage.now < this.#began + this.#options.interval) return false
    const lead = held.seq(self) - spread.offered(self)
    const unheard = spread.links > 0 && lead > LEAD
    const { owed, unknown } = this.#census
    return this.#deadlinePassed || (owed.length === 0 && !unknown && !unheard)
  }

  #completeRound(): void {
    const missed = this.#census.owed.length
    const heard = Math.max(0, this.#census.others - missed)
    this.#census.complete()
    this.#conclude(heard, missed)
    this.#begin(this.#census.owed)
  }

  #conclude(heard: number, missed: number): void {
    this.#turn++
    this.#parts.stage.emit({ type: 'round-completed', round: this.#round++, heard, missed })
    this.#parts.comparisons.consider()
  }

  /** Says that nobody need wait for this peer, where somebody might. */
  #retire(then: 'following' | 'ended'): void {
    this.#then = then
    if (!this.#trains && !this.#counts) {
      this.#retired()
      return
    }
    this.#phase = 'working'
    this.#drafting.sayLast()
  }

  #retired(): void {
    this.#phase = this.#then
    if (this.#then === 'following') this.#attend()
    else this.#parts.stage.timer('end', this.#leaving ? LEAVE_PATIENCE_MS : END_PATIENCE_MS)
  }

  /** Another round of the swarm's that this peer does not train in. */
  #attend(): void {
    this.#census.trains = false
    this.#census.pace.begin([], this.#parts.stage.now)
    this.#unsent = null
    this.#followed = this.#beginRound()
  }

  /** Says so, and returns the swarm's number of it. */
  #beginRound(): number {
    const { round, done } = this.#clock
    this.#round = Math.max(this.#round, round)
    this.#parts.stage.emit({ type: 'round-began', round, done })
    return round
  }

  #follow(): void {
    if (this.#leaving || this.#over || this.#clock.complete || this.#trains) this.#begin()
    else if (this.#clock.round > this.#followed) {
      this.#conclude(this.#census.others, 0)
      this.#attend()
    }
  }

  /** Everybody else has ended or is gone, and the neighbours have all that this peer has. */
  get #settled(): boolean {
    const { behind, news, mirrored } = this.#parts.spread
    if (news || !mirrored) return false
    return this.#leaving || (this.#census.others === 0 && !behind)
  }

  /** Best is what the neighbours have, too, so that nobody misses what this disk may lose. */
  get #checkpointDue(): boolean {
    const { checkpoints, spread } = this.#parts
    const training = this.#phase === 'working' || this.#phase === 'waiting'
    if (!training && this.#phase !== 'following') return false
    if (this.#publisher.open || this.#drafting.coding) return false
    if (!checkpoints.due(this.#turn)) return false
    return this.#census.members <= 1 || spread.shared || checkpoints.overdue(this.#turn)
  }

  #checkpoint(): void {
    const census = this.#census.save()
    // A round that has been published is over, whatever it waits for.
    const over = this.#phase === 'waiting' ? 1 : 0
    const rounds: SavedRounds = {
      ...census,
      ...this.#drafting.save(),
      done: census.done + over,
      // The copy is made when the local steps are.
      unsent: this.#phase === 'working' ? this.#drafting.steps : null,
      counts: this.#counts
    }
    const own = { signed: this.#publisher.highest, round: this.#round + over, rounds }
    this.#parts.checkpoints.take(this.#turn, own)
  }

  /** Keeps what it has, for another life. */
  #finish(): void {
    if (this.#phase === 'parting') return
    const unused = this.#phase === 'gathering' || this.#phase === 'expelled'
    this.#phase = 'parting'
    this.#lastTaken = unused || this.#publisher.open
  }

  /** Once no earlier checkpoint is under way any more, the last one is; kept or not, that is the end. */
  #part(): void {
    if (this.#parts.checkpoints.busy) return
    if (!this.#lastTaken) {
      this.#lastTaken = true
      this.#checkpoint()
      return
    }
    this.#phase = 'finished'
    this.#parts.spread.want([])
    const { samples } = this.#parts.held
    const end = this.#over || this.#clock.complete ? { end: { samples } } : {}
    this.#parts.stage.emit({ type: 'finished', ...end })
  }
}
