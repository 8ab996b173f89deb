/**
 * Whether the swarm's loss has risen, and alpha is to be halved: one doubling too many costs tens of points, and it shows
 * in the loss at once (DESIGN 4.2). The loss is the median over the origins, and what counts is what
 * the median of them has made of it: neither one that lies nor one that errs decides anything.
 */
import { MAX_HALVINGS } from './body.ts'

/** Rounds that the loss is smoothed over. */
const SMOOTHING = 1 / 4
/**
 * A rise to this multiple of the lowest loss counts, and by this share of the first one: small losses
 * on skewed shards vary by more than their own size.
 */
const RISE = 1.5
const RISE_OF_FIRST = 0.1
/** Rounds after a halving, and at the beginning, before the next is looked for. */
const PATIENCE = 4

/** What outlives a restart: halvings, the losses that a rise is measured by, and rounds since the last one. */
export interface GuardState {
  readonly halvings: number
  readonly first: number
  readonly lowest: number
  readonly smoothed: number
  readonly rounds: number
}

export class AlphaGuard {
  #halvings = 0
  /** Null: this peer has not seen the swarm begin, and does not know what its losses are worth. */
  #first: number | null = null
  #smoothed = 0
  #lowest = Infinity
  #rounds = 0

  /** Null: there is nothing to keep yet. */
  get state(): GuardState | null {
    if (this.#first === null) return null
    return {
      halvings: this.#halvings,
      first: this.#first,
      lowest: this.#lowest,
      smoothed: this.#smoothed,
      rounds: this.#rounds
    }
  }

  restore({ halvings, first, lowest, smoothed, rounds }: GuardState): void {
    this.#halvings = halvings
    this.#first = first
    this.#lowest = lowest
    this.#smoothed = smoothed
    this.#rounds = rounds
  }

  /** How often this peer would have alpha halved. */
  get halvings(): number {
    return this.#halvings
  }

  /** The median loss of a round; `beginning`: nobody has trained yet. True: it has just risen too far. */
  observe(loss: number, beginning: boolean): boolean {
    if (!Number.isFinite(loss)) return false
    if (this.#first === null) {
      if (!beginning) return false
      this.#first = loss
      this.#smoothed = loss
    }
    this.#smoothed += SMOOTHING * (loss - this.#smoothed)
    this.#rounds++
    this.#lowest = Math.min(this.#lowest, this.#smoothed)
    if (this.#rounds < PATIENCE || this.#halvings >= MAX_HALVINGS) return false
    const bound = Math.max(RISE * this.#lowest, this.#lowest + RISE_OF_FIRST * this.#first)
    if (this.#smoothed <= bound) return false
    this.#halve()
    return true
  }

  #halve(): void {
    this.#halvings++
    this.#rounds = 0
    // What follows is judged by where it begins: the loss has to come down from here.
    this.#lowest = this.#smoothed
  }
}
