/** One learning rate of the grid, and what the held-out rows say of it. */
export interface Trial {
  /** Times the scenario's rate. */
  readonly factor: number
  readonly learningRate: number
  /** Mean over the replicas; null without classes. */
  readonly accuracy: number | null
  /** Mean over the replicas; null where one of them diverged. */
  readonly loss: number | null
}

const lossOf = ({ loss }: Trial): number => loss ?? Number.POSITIVE_INFINITY

/** How far from the scenario's own rate; half of it is as far as twice. */
const distanceOf = ({ factor }: Trial): number => Math.abs(Math.log(factor))

/** Two infinite losses have no difference: then the next rule decides. */
const better = (a: Trial, b: Trial): number =>
  (b.accuracy ?? 0) - (a.accuracy ?? 0) ||
  lossOf(a) - lossOf(b) ||
  distanceOf(a) - distanceOf(b) ||
  a.factor - b.factor

/** The most accurate trial; of equals the one of the least loss, then the one nearest to factor 1. */
export const chooseTrial = (trials: readonly Trial[]): Trial | null =>
  trials.toSorted(better)[0] ?? null
