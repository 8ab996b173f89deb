import { MOST_UNDERWAY, massPlus, type Whole } from './sums.ts'

/** The sending end of one flow: what it has carried since it began. */
export class Outflow {
  readonly sums: Whole
  mass = 0
  worth = 0
  /** Of the latest push. */
  number = 0
  /** What each push that may be on its way has added at the most, the oldest first. */
  #underway: Array<{ readonly number: number; readonly largest: number }> = []

  constructor(length: number) {
    this.sums = new Int32Array(length)
  }

  /** Whether a push of such numbers can still be told from one that wraps around. */
  fits(acked: number, largest: number): boolean {
    this.#underway = this.#underway.filter(({ number }) => number > acked)
    const sum = this.#underway.reduce((total, push) => total + push.largest, largest)
    return sum <= MOST_UNDERWAY
  }

  /** Counts a push whose shares have been added to `sums`. */
  add(mass: number, worth: number, largest: number): void {
    this.number++
    this.mass = massPlus(this.mass, mass)
    this.worth = massPlus(this.worth, worth)
    this.#underway.push({ number: this.number, largest })
  }
}
