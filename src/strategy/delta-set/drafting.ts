/** What becomes of a round: local steps, the weight that fits what they found out, a coded delta. */
import type { Budget } from '../../swarm/budget.ts'
import type { Bytes } from '../../vector/vector.ts'
import type { Milliseconds } from '../strategy.ts'
import { freshness, type Weighting } from '../weighting.ts'
import { wholeWorth } from './body.ts'
import type { Census } from './census.ts'
import { ALARMING } from './fixed-point.ts'
import type { Result } from './kinds.ts'
import type { Publisher } from './publisher.ts'
import type { Learnt } from './saved-rounds.ts'
import { type SavedSettings, Settings, type SettingsOptions } from './settings.ts'
import type { Stage } from './stage.ts'
import type { SwarmClock } from './swarm-clock.ts'

export interface DraftingOptions extends SettingsOptions {
  /** A payload without values. */
  readonly nothing: Bytes
  readonly weighting: Weighting
}

export interface DraftingParts {
  readonly stage: Stage
  readonly clock: SwarmClock
  readonly census: Census
  readonly publisher: Publisher
}

export class Drafting {
  readonly #options: DraftingOptions
  readonly #parts: DraftingParts
  readonly #settings: Settings
  #began: Milliseconds = 0
  #steps = 0
  #learnt: Learnt | null = null
  /** From the end of local steps until their delta is drafted. */
  #coding = false
  #alarmed = false

  constructor(options: DraftingOptions, parts: DraftingParts) {
    this.#options = options
    this.#parts = parts
    this.#settings = new Settings(options, parts.stage)
  }

  /** Local steps of the latest round. */
  get steps(): number {
    return this.#steps
  }

  /** What local steps have moved is neither in the residual only nor in a delta. */
  get coding(): boolean {
    return this.#coding
  }

  /** Of the latest round. */
  get learnt(): Learnt | null {
    return this.#learnt
  }

  get alpha(): number {
    return this.#settings.alpha
  }

  set budget(budget: Budget | null) {
    this.#settings.budget = budget
  }

  save(): { readonly learnt: Learnt | null; readonly settings: SavedSettings } {
    return { learnt: this.#learnt, settings: this.#settings.save() }
  }

  restore({ learnt, settings }: ReturnType<Drafting['save']>): void {
    this.#learnt = learnt
    this.#settings.restore(settings)
  }

  /** Begins with local steps. */
  train(): void {
    const { stage, clock, census } = this.#parts
    this.#began = stage.now
    const usual = this.#settings.localSteps(census.origins, census.pace.times)
    this.#steps = census.pace.steps(usual)
    census.activity.lookUp()
    stage.compute({ kind: 'local-steps', steps: this.#steps, from: clock.steps })
  }

  /** Goes on after local steps, so many, of an earlier life. */
  resume(steps: number): void {
    this.#steps = steps
    this.#encode()
  }

  computed(result: Result): void {
    if (result.kind === 'trained') this.#learn(result)
    if (result.kind === 'encoded') this.#draft(result.payload)
  }

  /** A delta without values: its origin trains no more. */
  sayLast(): void {
    const head = { last: true, samples: 0, steps: 0, stepMs: 0, loss: null, weight: 1, halvings: 0 }
    this.#parts.publisher.publish(head, this.#options.nothing)
  }

  #learn({ loss, samples, largest, worth }: Extract<Result, { kind: 'trained' }>): void {
    const { stage, census } = this.#parts
    const known = loss !== null && Number.isFinite(loss) ? loss : null
    this.#learnt = { loss: known, samples, ...(worth !== undefined && { worth }) }
    census.pace.trained((stage.now - this.#began) / this.#steps)
    if (largest > ALARMING && !this.#alarmed) {
      this.#alarmed = true
      stage.notice(`a parameter is beyond ${ALARMING}, and 128 is where the replica ends`)
    }
    this.#encode()
  }

  #encode(): void {
    const { stage, clock, census } = this.#parts
    const { activity } = census
    this.#coding = true
    census.worth = this.#worth()
    this.#settings.weigh(census.origins, {
      loss: activity.medianLoss(this.#learnt?.loss ?? null),
      halvings: (own) => activity.commonHalvings(own),
      beginning: clock.before(1),
      standing: census.standing
    })
    const { density, weight } = this.#settings
    stage.compute({ kind: 'encode', density, weight })
  }

  /** Of what is about to be coded; null: it counts as much as everybody's. */
  #worth(): number | null {
    const { weighting } = this.#options
    if (weighting === 'uniform') return null
    const { worth = 1 } = this.#learnt ?? {}
    return wholeWorth(weighting === 'staleness' ? freshness(this.#parts.census.late) : worth)
  }

  #draft(payload: Bytes | null): void {
    const { stage, census, publisher } = this.#parts
    this.#coding = false
    if (payload === null) stage.notice('there is nothing finite to say in this round')
    const { samples = 0, loss = null } = this.#learnt ?? {}
    const { weight, halvings } = this.#settings
    const { stepMs } = census.pace
    const head = { last: false, samples, steps: this.#steps, stepMs, loss, weight, halvings }
    const { worth } = census
    const said = worth === null ? head : { ...head, worth }
    publisher.publish(said, payload ?? this.#options.nothing)
  }
}
