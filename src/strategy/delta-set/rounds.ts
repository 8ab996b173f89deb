/**
 * A peer's own rounds: local steps, encode, sign, keep, publish; then the others' deltas of the same
 * round are waited for, but no longer than their pace lets expect.
 */

import type { Bytes } from '../../vector/vector.ts'
import type { PaceLimits } from '../pace.ts'
import type { Milliseconds, PeerName } from '../strategy.ts'
import { Activity } from './activity.ts'
import type { DeltaHead } from './body.ts'
import type { Checkpoints } from './checkpoints.ts'
import { ALARMING } from './fixed-point.ts'
import { Gathering } from './gathering.ts'
import type { HeldDelta, HeldDeltas } from './held-deltas.ts'
import type { Application, CheckpointRecord, Delta, Result } from './kinds.ts'
import { Publisher } from './publisher.ts'
import type { Signatures } from './questions.ts'
import { RoundPace } from './round-pace.ts'
import { Settings, type SettingsOptions } from './settings.ts'
import type { Snapshots } from './snapshot/snapshots.ts'
import type { Spread } from './spread.ts'
import type { Stage } from './stage.ts'

export interface RoundsOptions extends SettingsOptions {
  /** Hexadecimal hash. */
  readonly manifest: string
  /** Rounds of each peer, when all are alike. */
  readonly rounds: number
  /** Rows that the swarm's local steps see in all, and those that one step of every planned peer sees. */
  readonly samples: number
  readonly samplesPerStep: number
  readonly interval: Milliseconds
  /** Rounds that a peer may be ahead of what it has heard. */
  readonly staleness: number
  readonly deadline: PaceLimits
  readonly startPatience: Milliseconds
  /** A payload without values. */
  readonly nothing: Bytes
}

/**
 * gathering: waits for neighbours, and for what they have; working: local steps, or what becomes of
 * them, are under way; waiting: for the others' deltas; ended: no more rounds; expelled: has signed one
 * number twice; parting: keeps its last checkpoint; finished.
 */
type Phase = 'gathering' | 'working' | 'waiting' | 'ended' | 'expelled' | 'parting' | 'finished'

/** Own deltas that no neighbour has confirmed before the next round has to wait. */
const LEAD = 2
/** Rounds between two checkpoints: the deltas of so many should be in the neighbours' logs. */
const CHECKPOINT_ROUNDS = 16
/** Own rounds after which the deltas tell how many train; before, the members count. */
const STARTING_ROUNDS = 3
/** How long a peer that has ended waits for others that say nothing, and one that leaves for an answer. */
const END_PATIENCE_MS = 60_000
const LEAVE_PATIENCE_MS = 2000

export interface RoundsParts {
  readonly self: PeerName
  readonly stage: Stage
  readonly held: HeldDeltas
  readonly spread: Spread
  readonly snapshots: Snapshots
  readonly signatures: Signatures
  readonly checkpoints: Checkpoints
  /** Puts an own delta into the set. */
  readonly accept: (delta: HeldDelta) => Application
}

export class Rounds {
  readonly #options: RoundsOptions
  readonly #parts: RoundsParts
  readonly #activity: Activity
  readonly #pace: RoundPace
  readonly #settings: Settings
  readonly #gathering: Gathering
  readonly #publisher: Publisher
  #phase: Phase = 'gathering'
  /** 0: not told yet. */
  #members = 0
  /** Own rounds of this life, and the number that goes with the next. */
  #done = 0
  /** How many of them the latest checkpoint holds. */
  #kept = 0
  #round = 0
  #began: Milliseconds = 0
  #steps = 0
  /** What the latest local steps have found out. */
  #trained: Extract<Result, { kind: 'trained' }> | null = null
  #deadlinePassed = false
  #leaving = false
  #alarmed = false

  constructor(options: RoundsOptions, parts: RoundsParts) {
    this.#options = options
    this.#parts = parts
    this.#activity = new Activity(options.staleness)
    this.#pace = new RoundPace(this.#activity, options.deadline)
    this.#settings = new Settings(options, parts.stage)
    this.#gathering = new Gathering(parts)
    this.#publisher = new Publisher({ manifest: options.manifest, ...parts })
  }

  get finished(): boolean {
    return this.#phase === 'finished'
  }

  get roundMs(): Milliseconds | null {
    return this.#pace.roundMs
  }

  /** Origins that train, this one included. */
  get origins(): number {
    const heard = 1 + this.#others
    return this.#done < STARTING_ROUNDS ? Math.max(heard, this.#members) : heard
  }

  start(): void {
    this.#gathering.start(this.#options.startPatience)
  }

  members(members: number): void {
    this.#members = members
  }

  /** What an earlier life has kept. */
  resume({ signed, guard }: CheckpointRecord): void {
    this.recall(signed)
    // What lies between is void, or it would be in the checkpoint.
    if (signed > this.#parts.held.seq(this.#parts.self)) this.#gathering.restored()
    if (guard !== null) this.#settings.restore(guard)
  }

  /** This peer has signed so many deltas in earlier lives, at the least. */
  recall(seq: number): void {
    this.#publisher.recall(seq)
  }

  /** A delta is in the set. */
  heard(origin: PeerName, head: DeltaHead): void {
    const { self, stage } = this.#parts
    if (origin === self) return
    this.#activity.observe(origin, head, stage.now)
    this.#pace.heard(origin, stage.now)
  }

  /** An origin has signed two different deltas with one number. If it is this peer, this is its end. */
  expel(origin: PeerName): void {
    const { self, stage } = this.#parts
    this.#activity.forget(origin)
    if (origin !== self) return
    stage.notice(
      'other peers have proof that two different deltas were signed with this identity, and take ' +
        'back what came after: its state was lost, restored from a copy, or used by two peers. To ' +
        'take part again, begin with a new identity (an empty state folder)'
    )
    if (this.finished) return
    // For a while it still answers for what it has signed, so that all take back the same.
    this.#phase = 'expelled'
    stage.timer('end', LEAVE_PATIENCE_MS)
  }

  computed(result: Result): void {
    if (this.#phase === 'expelled') return
    if (result.kind === 'trained') this.#encode(result)
    if (result.kind === 'encoded') this.#draft(result.payload)
  }

  /** Goes on to the next phase where nothing is left to wait for. */
  proceed(): void {
    const met = this.gathering && this.#members > 0
    if (met && this.#gathering.complete(this.#publisher.highest)) this.#begin()
    if (this.#phase === 'waiting' && this.#answered) this.#completeRound()
    if (this.#phase === 'ended' && this.#settled) this.#finish()
    const due = this.#done >= this.#kept + CHECKPOINT_ROUNDS
    if (due && (this.#phase === 'working' || this.#phase === 'waiting')) this.#checkpoint()
  }

  /** The replica has been copied for a checkpoint. */
  copied(base: Bytes): void {
    this.#parts.checkpoints.computed(base, this.#publisher.highest)
  }

  /** True until this peer begins to train. */
  get gathering(): boolean {
    return this.#phase === 'gathering'
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
    return 1 / Math.min(this.origins, this.#settings.alpha)
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
    if (delta.head.last) this.#ended()
    else this.#wait()
  }

  timeUp(name: string): void {
    if (name === 'start' && this.gathering) this.#gathering.losePatience(this.#publisher.highest)
    if (name === 'round') this.#deadlinePassed = true
    const over = this.#phase === 'ended' || this.#phase === 'expelled'
    if (name === 'end' && over) this.#finish()
  }

  leave(): void {
    this.#leaving = true
    if (this.#phase === 'gathering') this.#finish()
    if (this.#phase === 'ended') this.#parts.stage.timer('end', LEAVE_PATIENCE_MS)
  }

  /** Origins that train beside this one. */
  get #others(): number {
    return this.#pace.trainers(this.#parts.stage.now).length
  }

  #begin(): void {
    if (this.#leaving || this.#complete) {
      this.#end()
      return
    }
    const { stage } = this.#parts
    const steps = this.#swarmSteps
    const swarmRound = Math.floor(steps / this.#options.bounds.localSteps)
    this.#round = Math.max(this.#round, swarmRound)
    stage.emit({ type: 'round-began', round: swarmRound })
    this.#pace.begin(this.#done === 0 ? [] : this.#owed, stage.now)
    this.#phase = 'working'
    this.#began = stage.now
    const usual = this.#settings.localSteps(this.origins, this.#pace.times)
    this.#steps = this.#pace.steps(usual)
    stage.compute({ kind: 'local-steps', steps: this.#steps, from: steps })
  }

  /** Local steps of each planned peer that the replica holds, on average. */
  get #swarmSteps(): number {
    return this.#parts.held.samples / this.#options.samplesPerStep
  }

  /** A peer without data, and alone, would never see enough: it goes by its rounds. */
  get #complete(): boolean {
    const { samples, rounds } = this.#options
    const idle = this.#trained !== null && this.#trained.samples === 0
    return this.#parts.held.samples >= samples || (idle && this.#done >= rounds)
  }

  #encode(trained: Extract<Result, { kind: 'trained' }>): void {
    const { stage } = this.#parts
    this.#trained = trained
    this.#pace.trained((stage.now - this.#began) / this.#steps)
    if (trained.largest > ALARMING && !this.#alarmed) {
      this.#alarmed = true
      stage.notice(`a parameter is beyond ${ALARMING}, and 128 is where the replica ends`)
    }
    this.#settings.weigh(this.origins, {
      loss: this.#activity.medianLoss(trained.loss),
      halvings: (own) => this.#activity.commonHalvings(own),
      beginning: this.#swarmSteps < this.#options.bounds.localSteps
    })
    const { density, weight } = this.#settings
    stage.compute({ kind: 'encode', density, weight })
  }

  #draft(payload: Bytes | null): void {
    if (payload === null) this.#parts.stage.notice('there is nothing finite to say in this round')
    const { samples, loss } = this.#trained!
    const { stepMs } = this.#pace
    const head = {
      last: false,
      samples,
      steps: this.#steps,
      stepMs,
      loss,
      weight: this.#settings.weight,
      halvings: this.#settings.halvings
    }
    this.#publisher.publish(head, payload ?? this.#options.nothing)
  }

  #wait(): void {
    const { stage } = this.#parts
    this.#phase = 'waiting'
    this.#deadlinePassed = false
    this.#pace.publish(stage.now)
    const partners = [...this.#pace.trainers(stage.now), ...this.#expected]
    stage.timer('round', this.#pace.deadline(partners))
    const early = this.#began + this.#options.interval - stage.now
    if (early > 0) stage.timer('interval', early)
  }

  /** The first round that waits for others. */
  get #waitsFirst(): boolean {
    return this.#done === this.#options.staleness
  }

  /** Before an origin has been heard, the neighbours are whom to wait for. */
  get #expected(): readonly PeerName[] {
    return this.#waitsFirst ? [...this.#parts.spread.peers] : []
  }

  get #owed(): readonly PeerName[] {
    return this.#pace.owed(this.#expected, this.#parts.stage.now)
  }

  /** True in the first round that waits, while members have not been heard whose names may never have been. */
  get #unknown(): boolean {
    const beginning = this.#swarmSteps < 2 * this.#options.bounds.localSteps * (1 + this.#done)
    return this.#waitsFirst && beginning && this.#others < this.#members - 1
  }

  get #answered(): boolean {
    const { stage, held, spread, self } = this.#parts
    if (this.#leaving) return true
    if (stage.now < this.#began + this.#options.interval) return false
    const lead = held.seq(self) - spread.offered(self)
    const unheard = spread.links > 0 && lead > LEAD
    return this.#deadlinePassed || (this.#owed.length === 0 && !this.#unknown && !unheard)
  }

  #completeRound(): void {
    const missed = this.#owed.length
    const heard = Math.max(0, this.#others - missed)
    this.#done++
    this.#parts.stage.emit({ type: 'round-completed', round: this.#round++, heard, missed })
    this.#begin()
  }

  #end(): void {
    this.#phase = 'working'
    const head = { last: true, samples: 0, steps: 0, stepMs: 0, loss: null, weight: 1, halvings: 0 }
    this.#publisher.publish(head, this.#options.nothing)
  }

  #ended(): void {
    this.#phase = 'ended'
    this.#parts.stage.timer('end', this.#leaving ? LEAVE_PATIENCE_MS : END_PATIENCE_MS)
  }

  /** Everybody else has ended or is gone, and the neighbours have all that this peer has. */
  get #settled(): boolean {
    const { behind, news, mirrored } = this.#parts.spread
    if (news || !mirrored) return false
    return this.#leaving || (this.#others === 0 && !behind)
  }

  /**
   * Only of what a neighbour has, too: with a checkpoint the log is gone, and what nobody can serve
   * would divide the swarm. A swarm of one has nobody to be divided from.
   */
  #checkpoint(then: (() => void) | null = null): boolean {
    const { spread, checkpoints } = this.#parts
    if (this.#publisher.open || (this.#members > 1 && !spread.shared)) return false
    this.#kept = this.#done
    checkpoints.take({ signed: this.#publisher.highest, guard: this.#settings.guard }, then)
    return true
  }

  /** Keeps what it has, for another life. */
  #finish(): void {
    if (this.#phase === 'parting') return
    const unused = this.#phase === 'gathering' || this.#phase === 'expelled'
    this.#phase = 'parting'
    if (unused || !this.#checkpoint(() => this.#finished())) this.#finished()
  }

  #finished(): void {
    this.#phase = 'finished'
    this.#parts.spread.want([])
    this.#parts.stage.emit({ type: 'finished' })
  }
}
