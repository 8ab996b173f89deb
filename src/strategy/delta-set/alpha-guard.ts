/**
 * Halves alpha when the swarm's loss rises: one doubling too many costs tens of points, and it shows
 * in the loss at once (DESIGN 4.2). The loss is the median over the origins, so that one of them, or
 * one that lies, decides nothing.
 */

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
/** Others whose weights are this much smaller have seen what this peer has not yet. */
const FOLLOW = 0.7
/** alpha / 2^10 is next to nothing. */
const MAX_HALVINGS = 10

export class AlphaGuard {
  #halvings = 0
  #first: number | null = null
  #smoothed = 0
  #lowest = Infinity
  #rounds = 0

  /** What alpha is multiplied by. */
  get factor(): number {
    return 2 ** -this.#halvings
  }

  /** The median loss of a round. True: alpha has just been halved. */
  observe(loss: number): boolean {
    if (this.#first === null) {
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

  /** Halves alpha when most others have: `ratio` is the median of their weights over this peer's. */
  follow(ratio: number): void {
    if (ratio < FOLLOW && this.#rounds >= PATIENCE && this.#halvings < MAX_HALVINGS) this.#halve()
  }

  #halve(): void {
    this.#halvings++
    this.#rounds = 0
    // What follows is judged by where it begins: the loss has to come down from here.
    this.#lowest = this.#smoothed
  }
}
