/**
 * A peer's own rounds: local steps, encode, sign, keep, publish; then the others' deltas of the same
 * round are waited for, but no longer than their pace lets expect.
 */

import type { Bytes } from '../../vector/vector.ts'
import type { PaceLimits } from '../pace.ts'
import type { Milliseconds, PeerName } from '../strategy.ts'
import { Activity } from './activity.ts'
import { baseOf, type DeltaHead } from './body.ts'
import { ALARMING } from './fixed-point.ts'
import type { HeldDelta, HeldDeltas } from './held-deltas.ts'
import type { Application, Result } from './kinds.ts'
import { Publisher } from './publisher.ts'
import { RoundPace } from './round-pace.ts'
import { Settings, type SettingsOptions } from './settings.ts'
import type { Signatures } from './signatures.ts'
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
 * number twice; finished.
 */
type Phase = 'gathering' | 'working' | 'waiting' | 'ended' | 'expelled' | 'finished'

/** Own deltas that no neighbour has confirmed before the next round has to wait. */
const LEAD = 2
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
  /** Puts an own delta into the set. */
  readonly accept: (delta: HeldDelta) => Application
}

export class Rounds {
  readonly #options: RoundsOptions
  readonly #parts: RoundsParts
  readonly #activity: Activity
  readonly #pace: RoundPace
  readonly #settings: Settings
  readonly #publisher: Publisher
  #phase: Phase = 'gathering'
  #neighbours: readonly PeerName[] = []
  /** 0: not told yet. */
  #members = 0
  /** Own rounds of this life, and the number that goes with the next. */
  #done = 0
  #round = 0
  /** The own head as the records or a neighbour know it. */
  #knownOwn = 0
  #began: Milliseconds = 0
  #steps = 0
  /** What the latest local steps have found out. */
  #trained: Extract<Result, { kind: 'trained' }> | null = null
  #deadlinePassed = false
  #leaving = false
  #alarmed = false
  /** False once neighbours, and what they have, were waited for long enough. */
  #patient = true
  /** True once a snapshot has taken the place of what this peer had. */
  #restored = false

  constructor(options: RoundsOptions, parts: RoundsParts) {
    this.#options = options
    this.#parts = parts
    this.#activity = new Activity(options.staleness)
    this.#pace = new RoundPace(this.#activity, options.deadline)
    this.#settings = new Settings(options, parts.stage)
    this.#publisher = new Publisher(options.manifest, parts.self)
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
    this.#parts.stage.timer('start', this.#options.startPatience)
  }

  members(neighbours: readonly PeerName[], members: number): void {
    this.#neighbours = neighbours
    this.#members = members
  }

  /** This peer has signed so many deltas in earlier lives, at the least. */
  recall(seq: number): void {
    this.#knownOwn = Math.max(this.#knownOwn, seq)
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
    if (this.#phase === 'gathering' && this.#gathered) this.#begin()
    if (this.#phase === 'waiting' && this.#answered) this.#completeRound()
    if (this.#phase === 'ended' && this.#settled) this.#finish()
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
    this.#restored = true
  }

  #signed(signature: Bytes): void {
    const delta = this.#publisher.sign(signature)
    if (delta === null) return
    const { origin, seq, body } = delta
    const record = { kind: 'own', delta: { origin, seq, signature, body } } as const
    this.#parts.stage.emit({ type: 'persist', record })
  }

  /** Only now does the own delta exist. */
  persisted(): void {
    const { held, spread, stage, self, accept } = this.#parts
    const delta = this.#publisher.finish()
    if (delta === null || this.#phase === 'expelled') return
    const position = held.position(self)
    // Own lost deltas may have come back meanwhile: then this one has no place.
    if (baseOf(delta) === position.seq && delta.previous === position.digest) {
      stage.compute({ kind: 'apply', deltas: [accept(delta)] })
      spread.push(delta)
    }
    if (delta.head.last) this.#ended()
    else this.#wait()
  }

  timeUp(name: string): void {
    if (name === 'start') this.#losePatience()
    if (name === 'round') this.#deadlinePassed = true
    const over = this.#phase === 'ended' || this.#phase === 'expelled'
    if (name === 'end' && over) this.#finish()
  }

  #losePatience(): void {
    this.#patient = false
    const { held, self, stage } = this.#parts
    const seq = held.seq(self)
    if (this.#phase !== 'gathering' || this.#knownOwn <= seq) return
    stage.notice(
      `this peer has signed ${this.#knownOwn} deltas and finds only the first ${seq}: it waits for a ` +
        'neighbour that has the others, or a snapshot'
    )
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

  get #gathered(): boolean {
    const { held, spread, snapshots, self } = this.#parts
    if (this.#members === 0 || snapshots.fetching || snapshots.needed) return false
    // Own deltas that are missing may still come; what a snapshot has left out will not.
    if (this.#knownOwn > held.seq(self)) return this.#restored && !spread.behind
    // What neighbours only say of it is waited for, too, but not for ever.
    const behind = spread.behind || spread.suspicious
    const lacking = behind || spread.offered(self) > held.seq(self)
    return !this.#patient || (spread.greeted && !lacking)
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
    const usual = this.#settings.localSteps(this.origins, this.#pace.stepMs)
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
      loss: this.#activity.medianLoss() ?? trained.loss,
      weight: this.#activity.medianWeight()
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
      weight: this.#settings.weight
    }
    this.#sign(head, payload ?? this.#options.nothing)
  }

  #sign(head: DeltaHead, payload: Bytes): void {
    const { held, self, signatures } = this.#parts
    const position = held.position(self)
    // No number is signed twice, whatever becomes of what was signed with it: those left out are void.
    const seq = Math.max(this.#knownOwn, position.seq) + 1
    this.recall(seq)
    const digest = this.#publisher.draft(position, head, payload, seq)
    signatures.ask(digest, (signature) => this.#signed(signature))
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

  /** Before an origin has been heard, the neighbours are whom to wait for. */
  get #expected(): readonly PeerName[] {
    return this.#done === this.#options.staleness ? this.#neighbours : []
  }

  get #owed(): readonly PeerName[] {
    return this.#pace.owed(this.#expected, this.#parts.stage.now)
  }

  /** True in the first round that waits, while members have not been heard whose names may never have been. */
  get #unknown(): boolean {
    return this.#done === this.#options.staleness && this.#others < this.#members - 1
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
    const head = { last: true, samples: 0, steps: 0, stepMs: 0, loss: null, weight: 1 }
    this.#sign(head, this.#options.nothing)
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

  #finish(): void {
    this.#phase = 'finished'
    this.#parts.spread.want([])
    this.#parts.stage.emit({ type: 'finished' })
  }
}
