/** What a peer counts for in an average, where it is not the same for all. */
import { z } from 'zod'
import { InvalidInputError } from '../errors.ts'
import type { Vector } from '../vector/vector.ts'
import type { Trainer } from './strategy.ts'

/**
 * uniform: all alike; samples: by the rows that a peer trains on; staleness: by 1 / (1 + rounds that it is
 * late); gain: by what its latest local steps have taken off the loss on `data.validation`.
 */
export const weightingSchema = z.enum(['uniform', 'samples', 'staleness', 'gain'])

export type Weighting = z.output<typeof weightingSchema>

/** The weightings that a strategy has, and why it has no others: rules that are shown for them. */
export const weightingExcept = (refused: Readonly<Partial<Record<Weighting, string>>>) =>
  weightingSchema.superRefine((weighting, { addIssue }) => {
    const rule = refused[weighting]
    if (rule !== undefined) addIssue({ code: 'custom', message: rule })
  })

/** Share of a round's gain that goes into the running mean. */
const SMOOTHING = 1 / 4
/**
 * A round counts as if it had taken this share off the loss, at the least: also one that makes things worse,
 * and at the end of a run, when gains are mostly noise, all count alike.
 */
const LEAST_SHARE = 1 / 100
/** Nobody counts for nothing. */
const LEAST = 1e-6

/** By lateness; 1 in time. */
export const freshness = (late: number): number => 1 / (1 + Math.max(0, late))

/** One peer's own worth. */
export class Worth {
  readonly #weighting: Weighting
  readonly #trainer: Trainer
  #before = 0
  /** Running mean of the gains, above 0; null before the first. */
  #gain: number | null = null

  /** @throws InvalidInputError where there is nothing to measure by */
  constructor(weighting: Weighting, trainer: Trainer) {
    this.#weighting = weighting
    this.#trainer = trainer
    if (weighting !== 'gain' || trainer.validate !== undefined) return
    const rule = 'gain is measured on rows that nobody trains on, and there are none'
    const remedy = 'set data.validation above 0, or choose another weighting'
    throw new InvalidInputError([{ path: 'strategy.weighting', rule, remedy }])
  }

  /** What a checkpoint has to keep. */
  get gain(): number | null {
    return this.#gain
  }

  restore(gain: number | null): void {
    this.#gain = gain
  }

  /** Local steps are about to begin from here. */
  begin(replica: Vector): void {
    if (this.#weighting === 'gain') this.#before = this.#trainer.validate!(replica)
  }

  /** They have led here. */
  end(replica: Vector): void {
    if (this.#weighting !== 'gain') return
    const after = this.#trainer.validate!(replica)
    const gained = Math.max(this.#before - after, LEAST_SHARE * after)
    if (!Number.isFinite(gained)) return
    this.#gain = this.#gain === null ? gained : this.#gain + SMOOTHING * (gained - this.#gain)
  }

  /** Above 0. `late`: rounds that this peer is behind. */
  now(late: number): number {
    switch (this.#weighting) {
      case 'uniform':
        return 1
      case 'samples':
        return Math.max(1, this.#trainer.rows ?? 1)
      case 'staleness':
        return freshness(late)
      case 'gain':
        return Math.max(this.#gain ?? 1, LEAST)
    }
  }
}
