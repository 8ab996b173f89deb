/**
 * What a peer holds of the swarm's mass: x, the parameters times their mass, and the mass w itself. The
 * replica is x / w (Kempe, Dobra & Gehrke 2003). Both are whole numbers, so nothing is lost or made
 * when they are split, sent and added up.
 */
import type { Vector } from '../../vector/vector.ts'
import { MASS_ONE, type Whole } from './sums.ts'

const ONE = 2 ** 24

/** With less than this nothing can be said of x / w: 12 bits of it are left. */
const LEAST = MASS_ONE / 2 ** 12

/** A step that is so many times as long is still one that most learning rates stand. */
const LEAP = 4

export class Mass {
  readonly x: Whole
  /** In units of 2^-32. */
  w: number
  /** What peers count for, times their mass: its quotient by w is what they count for on average. */
  worth = 0

  constructor(replica: Vector) {
    this.x = new Int32Array(replica.length)
    this.w = MASS_ONE
    for (let i = 0; i < replica.length; i++) this.x[i] = Math.round(replica[i]! * ONE)
  }

  /** 1 for a peer that has neither given nor taken. */
  get share(): number {
    return this.w / MASS_ONE
  }

  get isEnough(): boolean {
    return this.w >= LEAST
  }

  /** replica = x / w, where that means something. */
  write(replica: Vector): void {
    if (!this.isEnough) return
    const scale = MASS_ONE / ONE / this.w
    for (let i = 0; i < replica.length; i++) replica[i] = this.x[i]! * scale
  }

  /**
   * x += say (to - from), whatever the mass (Assran et al. 2019, Alg. 1, line 4: every peer's steps count
   * the same), so that the replica moves by 1 / w times as much, and to is that. A peer of little mass
   * would leap: its replica moves by at most LEAP times what its steps moved it. Returns the largest
   * magnitude in x.
   */
  move(from: Vector, to: Vector, say: number): number {
    const leap = this.w === 0 ? 0 : Math.min(say / this.share, LEAP)
    const factor = leap * this.share * ONE
    let largest = 0
    for (let i = 0; i < to.length; i++) {
      const moved = to[i]! - from[i]!
      const value = this.x[i]! + Math.round(factor * moved)
      this.x[i] = value
      largest = Math.max(largest, Math.abs(value))
      if (leap !== 1) to[i] = from[i]! + leap * moved
    }
    return largest / ONE
  }

  /**
   * Adds a mass of 1 at the place where x / w is: a copy of the replica. Those who go take as much with them on
   * average, and where members come and go the others' mass would dwindle otherwise.
   */
  copy(): void {
    const scale = 1 + MASS_ONE / this.w
    for (let i = 0; i < this.x.length; i++) this.x[i] = Math.round(this.x[i]! * scale)
    this.worth = Math.round(this.worth * scale)
    this.w += MASS_ONE
  }

  clear(): void {
    this.x.fill(0)
    this.w = 0
    this.worth = 0
  }
}
