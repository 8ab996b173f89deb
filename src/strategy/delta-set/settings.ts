/** What a peer chooses by itself for its next delta: density, local steps and weight. */
import type { Budget } from '../../swarm/budget.ts'
import { AlphaGuard, type GuardState } from './alpha-guard.ts'
import { wholeWeight } from './body.ts'
import { type BudgetBounds, type BudgetChoice, chooseWithin } from './budget.ts'
import type { RoundTimes } from './round-pace.ts'
import type { Stage } from './stage.ts'
import type { Standing } from './standing.ts'

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

/** What outlives a restart; `guard`: null where it knows nothing yet. */
export interface SavedSettings {
  readonly density: number
  readonly halvings: number
  readonly guard: GuardState | null
}

/** The swarm as its latest deltas tell. */
export interface SwarmFigures {
  /** Median over the origins; null: there is none. */
  readonly loss: number | null
  /** Nobody has trained before this round. */
  readonly beginning: boolean
  /** What most origins would have alpha halved, given what this one would. */
  readonly halvings: (own: number) => number
  /** What this peer's deltas count for; null: all count the same. */
  readonly standing: Standing | null
}

const ALIKE: Standing = { relative: 1, most: 1, share: 1 }

export class Settings {
  readonly #options: SettingsOptions
  readonly #stage: Stage
  readonly #guard = new AlphaGuard()
  readonly #said = new Map<string, number>()
  #budget: Budget | null
  #density: number
  #weight = 1
  #halvings = 0

  constructor(options: SettingsOptions, stage: Stage) {
    this.#options = options
    this.#stage = stage
    this.#budget = options.budget
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
    return this.#options.alpha * 2 ** -this.#halvings
  }

  /** What this peer by itself would have alpha halved. */
  get halvings(): number {
    return this.#guard.halvings
  }

  /** From the next round on; null: none. */
  set budget(budget: Budget | null) {
    this.#budget = budget
  }

  save(): SavedSettings {
    return { density: this.#density, halvings: this.#halvings, guard: this.#guard.state }
  }

  restore({ density, halvings, guard }: SavedSettings): void {
    this.#density = density
    this.#halvings = halvings
    if (guard !== null) this.#guard.restore(guard)
  }

  /**
   * Local steps of the next round; fixes the density, too. Before the first round nobody knows how many
   * there are in an hour: it goes without a budget.
   */
  localSteps(origins: number, { stepMs, waitMs }: RoundTimes): number {
    const { bounds, density, parameters, valueBits } = this.#options
    const budget = this.#budget
    const { localSteps } = bounds
    const choice: BudgetChoice =
      budget === null || (stepMs === 0 && 'bytesPerHour' in budget)
        ? { density, localSteps }
        : chooseWithin(budget, bounds, { origins, parameters, valueBits, stepMs, waitMs })
    this.#density = choice.density
    this.#say({ ...choice })
    return choice.localSteps
  }

  /**
   * Fixes the weight: alpha / N, and 1 where nobody else trains. Where some count for more, all weights are
   * in proportion, and none is above 1.
   */
  weigh(origins: number, { loss, beginning, halvings, standing }: SwarmFigures): void {
    if (this.#options.guard) {
      if (loss !== null) this.#guard.observe(loss, beginning)
      this.#halve(halvings(this.#guard.halvings), loss)
    }
    const { relative, most, share } = standing ?? ALIKE
    const weight = relative * Math.min(1 / most, this.alpha / origins)
    this.#weight = wholeWeight(origins === 1 ? 1 : weight)
    this.#say({ weight: this.#weight, alpha: this.alpha, ...(standing !== null && { share }) })
  }

  #halve(halvings: number, loss: number | null): void {
    if (halvings === this.#halvings) return
    this.#halvings = halvings
    const seen = loss === null ? '' : `, at a loss of ${loss.toPrecision(3)}`
    this.#stage.notice(`most peers see the swarm's loss rise${seen}: alpha is ${this.alpha} now`)
  }

  /** Tells what has been chosen, where it is not what it was. */
  #say(values: Readonly<Record<string, number>>): void {
    const news = Object.entries(values).filter(([name, value]) => this.#said.get(name) !== value)
    for (const [name, value] of news) this.#said.set(name, value)
    if (news.length === 0) return
    this.#stage.emit({ type: 'chosen', values: Object.fromEntries(news) })
  }
}
