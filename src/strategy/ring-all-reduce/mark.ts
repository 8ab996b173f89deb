/**
 * Where a replica stands. A view begins from one replica, and its steps are the same bytes for all its
 * members, so two replicas with equal marks are equal.
 */
export interface Mark {
  /** 16 hexadecimal digits; the swarm's first replica has none of any ring. */
  readonly ring: string
  /** Of the view that made the last step. */
  readonly generation: number
  /** How many steps have been made. */
  readonly step: number
  /** Examples that these steps counted. */
  readonly samples: number
}

export const NO_RING = '0'.repeat(16)

export const FIRST_MARK: Mark = { ring: NO_RING, generation: 0, step: 0, samples: 0 }

export const sameMark = (a: Mark, b: Mark): boolean =>
  a.ring === b.ring && a.generation === b.generation && a.step === b.step

const order = (a: number | string, b: number | string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Among replicas that have nothing to do with each other the one of most steps goes on. */
export const compareMarks = (a: Mark, b: Mark): number =>
  order(a.step, b.step) || order(a.ring, b.ring) || order(a.generation, b.generation)

/**
 * Within a ring a later view's step undoes what an earlier one may have made besides: see view.ts. What
 * the ring began from is before all its steps.
 */
export const compareInRing = (ring: string, a: Mark, b: Mark): number =>
  order(a.ring === ring ? 1 : 0, b.ring === ring ? 1 : 0) ||
  order(a.generation, b.generation) ||
  order(a.step, b.step)

export const bestMark = (marks: readonly Mark[], compare: (a: Mark, b: Mark) => number): Mark =>
  marks.reduce((best, mark) => (compare(mark, best) > 0 ? mark : best))
