/** Who takes part in training, as far as this peer knows: how many count, and whom a round waits for. */

import type { PaceLimits } from '../pace.ts'
import type { Milliseconds, PeerName } from '../strategy.ts'
import { Activity, type SavedSighting } from './activity.ts'
import { RoundPace, type SavedPace } from './round-pace.ts'
import type { Spread } from './spread.ts'
import type { Stage } from './stage.ts'
import { type Standing, standingOf } from './standing.ts'
import type { SwarmClock } from './swarm-clock.ts'

export interface CensusOptions {
  /** Rounds that a peer may be ahead of what it has heard. */
  readonly staleness: number
  readonly deadline: PaceLimits
}

export interface CensusParts {
  readonly stage: Stage
  readonly spread: Spread
  readonly clock: SwarmClock
}

/** What outlives a restart. */
export interface SavedCensus {
  readonly done: number
  readonly pace: SavedPace
  readonly activity: readonly SavedSighting[]
}

/** Own rounds after which the deltas tell how many train; before, the members count. */
const STARTING_ROUNDS = 3

export class Census {
  readonly activity: Activity
  readonly pace: RoundPace
  /** Own rounds of all lives, and of this one. */
  #done = 0
  #here = 0
  /** This peer is one of those who train. */
  trains = true
  /** What its deltas count for; null: as much as everybody's. */
  worth: number | null = null
  readonly #options: CensusOptions
  readonly #parts: CensusParts
  #members: number | null = null

  constructor(options: CensusOptions, parts: CensusParts) {
    this.#options = options
    this.#parts = parts
    this.activity = new Activity(options.staleness)
    this.pace = new RoundPace(this.activity, options.deadline)
  }

  /** An own round is over. */
  complete(): void {
    this.#done++
    this.#here++
  }

  save(): SavedCensus {
    const { done, pace, activity } = this
    return { done, pace: pace.save(), activity: activity.save(this.#parts.stage.now) }
  }

  restore({ done, pace, activity }: SavedCensus): void {
    this.#done = done
    this.pace.restore(pace)
    this.activity.restore(activity, this.#parts.stage.now)
  }

  /** Own rounds of all lives. */
  get done(): number {
    return this.#done
  }

  /** True once this peer has been told of members. */
  get told(): boolean {
    return this.#members !== null
  }

  /** Peers that train, this one included if it does, as its host says. */
  get members(): number {
    return this.#members ?? 0
  }

  set members(members: number) {
    this.#members = members
  }

  /** Origins that train beside this one. */
  get others(): number {
    return this.pace.trainers(this.#parts.stage.now).length
  }

  /** Origins that train, this one included if it does. */
  get origins(): number {
    const heard = Math.max(1, this.others + (this.trains ? 1 : 0))
    return this.done < STARTING_ROUNDS ? Math.max(heard, this.members) : heard
  }

  /** Rounds that the base of this peer's local steps is behind. */
  get late(): number {
    return this.activity.late(this.others)
  }

  /** Of this peer's deltas; null: all count the same. */
  get standing(): Standing | null {
    return this.worth === null ? null : standingOf(this.worth, this.#worths)
  }

  /** So many origins that count as much as whoever counts most are as much as all together. */
  get equivalents(): number {
    return this.origins / (this.standing?.most ?? 1)
  }

  /** What the mean over the origins is taken by, for a delta of such a worth. */
  sharers(worth: number | undefined): number {
    if (worth === undefined || this.worth === null) return this.origins
    return this.#worths.reduce((sum, each) => sum + each, 0) / worth
  }

  /** Of all that train, this peer included. */
  get #worths(): readonly number[] {
    const others = this.activity.worths(this.pace.trainers(this.#parts.stage.now))
    return this.worth === null ? others : [this.worth, ...others]
  }

  /** Who is waited for and has not sent what the round waits for. */
  get owed(): readonly PeerName[] {
    // Neighbours that are not among the members follow only, and send nothing.
    const expected = this.#incomplete ? this.#neighbours : []
    return this.pace.owed(expected, this.#parts.stage.now)
  }

  /** How long after publishing the others are waited for. */
  get deadline(): Milliseconds {
    return this.pace.deadline([...this.#heard, ...this.#neighbours])
  }

  /** True in the first round that waits, while members have not been heard whose names may never have been. */
  get unknown(): boolean {
    const beginning = this.#parts.clock.before(2 * (1 + this.#here))
    return this.#waitsFirst && beginning && this.#incomplete
  }

  /** Fewer have been heard in this life than there are members. */
  get #incomplete(): boolean {
    return this.#heard.length < this.members - 1
  }

  /** Origins that train, and have been heard in this life. */
  get #heard(): readonly PeerName[] {
    const others = this.pace.trainers(this.#parts.stage.now)
    return others.filter((name) => this.activity.heard(name))
  }

  /** The first round of this life that waits for others. */
  get #waitsFirst(): boolean {
    return this.#here === this.#options.staleness
  }

  /** Before an origin has been heard, the neighbours are whom to wait for. */
  get #neighbours(): readonly PeerName[] {
    return this.#waitsFirst ? [...this.#parts.spread.peers] : []
  }
}
