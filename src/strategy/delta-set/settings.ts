/** What a peer chooses by itself for its next delta: density, local steps and weight. */
import type { Budget } from '../../swarm/budget.ts'
import type { Milliseconds } from '../strategy.ts'
import { AlphaGuard } from './alpha-guard.ts'
import { wholeWeight } from './body.ts'
import { type BudgetBounds, type BudgetChoice, chooseWithin } from './budget.ts'
import type { Stage } from './stage.ts'

export interface SettingsOptions {
  readonly bounds: BudgetBounds
  readonly budget: Budget | null
  readonly parameters: number
  /** Bits of a coded value. */
  readonly valueBits: number
  readonly density: number
  readonly alpha: number
  readonly guard: boolean
}

/** Medians over the origins' latest deltas; null: there are none. */
export interface SwarmFigures {
  readonly loss: number | null
  readonly weight: number | null
}

export class Settings {
  readonly #options: SettingsOptions
  readonly #stage: Stage
  readonly #guard = new AlphaGuard()
  readonly #said = new Map<string, number>()
  #density: number
  #weight = 1

  constructor(options: SettingsOptions, stage: Stage) {
    this.#options = options
    this.#stage = stage
    this.#density = options.density
  }

  /** Of the next delta. */
  get density(): number {
    return this.#density
  }

  /** Of the next delta. */
  get weight(): number {
    return this.#weight
  }

  get alpha(): number {
    return this.#options.alpha * this.#guard.factor
  }

  /** Local steps of the next round; fixes the density, too. */
  localSteps(origins: number, stepMs: Milliseconds): number {
    const { budget, bounds, density, parameters, valueBits } = this.#options
    const { localSteps } = bounds
    const choice: BudgetChoice =
      budget === null
        ? { density, localSteps }
        : chooseWithin(budget, bounds, { origins, parameters, valueBits, stepMs })
    this.#density = choice.density
    this.#say({ ...choice })
    return choice.localSteps
  }

  /** Fixes the weight: alpha / N, and 1 where nobody else trains. */
  weigh(origins: number, { loss, weight }: SwarmFigures): void {
    if (this.#options.guard && weight !== null) this.#guard.follow(weight / this.#share(origins))
    if (this.#options.guard && loss !== null && this.#guard.observe(loss)) {
      this.#stage.notice(
        `the swarm's loss has risen to ${loss.toPrecision(3)}: alpha is ${this.alpha} now`
      )
    }
    this.#weight = wholeWeight(this.#share(origins))
    this.#say({ weight: this.#weight, alpha: this.alpha })
  }

  #share(origins: number): number {
    return origins === 1 ? 1 : Math.min(1, this.alpha / origins)
  }

  /** Tells what has been chosen, where it is not what it was. */
  #say(values: Readonly<Record<string, number>>): void {
    const news = Object.entries(values).filter(([name, value]) => this.#said.get(name) !== value)
    for (const [name, value] of news) this.#said.set(name, value)
    if (news.length === 0) return
    this.#stage.emit({ type: 'chosen', values: Object.fromEntries(news) })
  }
}
