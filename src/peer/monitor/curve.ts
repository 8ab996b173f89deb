import { type CurvePoint, mergePoints } from '../../storage/curve-point.ts'

/** Points at the most; two of them are the newest. */
export const MOST_POINTS = 2000
const MOST_KEPT = MOST_POINTS - 2

/**
 * The curve of a run of any length in at most 2000 points: every round at first; whenever there is no
 * more room, points come to lie twice as far apart, the old ones and the new. An evaluation outlives
 * its point, in the next one that stays. The first stays, and the newest is there as it came.
 */
export class Curve {
  #kept: CurvePoint[] = []
  /** Those since the last one that was kept, in one, but for the newest. */
  #between: CurvePoint | null = null
  #newest: CurvePoint | null = null
  /** Rounds between two that are kept, at the least. */
  #stride = 1

  get points(): readonly CurvePoint[] {
    const tail = [this.#between, this.#newest].filter((point) => point !== null)
    return [...this.#kept, ...tail]
  }

  /** A round that has come before begins again there: what was after it did not last. */
  add(point: CurvePoint): void {
    if (this.#newest !== null && this.#newest.round >= point.round) this.#forgetFrom(point.round)
    if (this.#newest !== null) this.#keep(this.#newest)
    this.#newest = point
    while (this.#kept.length > MOST_KEPT) this.#thin()
  }

  #keep(point: CurvePoint): void {
    const whole = mergePoints(this.#between, point)
    const last = this.#kept.at(-1)
    const far = last === undefined || whole.round - last.round >= this.#stride
    this.#between = far ? null : whole
    if (far) this.#kept.push(whole)
  }

  #thin(): void {
    const all = this.#between === null ? this.#kept : [...this.#kept, this.#between]
    this.#stride *= 2
    this.#kept = []
    this.#between = null
    for (const point of all) this.#keep(point)
  }

  #forgetFrom(round: number): void {
    this.#newest = null
    if (this.#between !== null && this.#between.round >= round) this.#between = null
    this.#kept.length = this.#kept.findLastIndex((point) => point.round < round) + 1
  }
}
