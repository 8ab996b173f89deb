/** What an origin's deltas count for among all, where that is not the same for everybody. */
export interface Standing {
  /** Of the mean of all. */
  readonly relative: number
  /** The most that anybody's count for, of that mean. */
  readonly most: number
  /** Of the sum of all. */
  readonly share: number
}

/** `worths`: of all origins that have told theirs, `own` among them. */
export const standingOf = (own: number, worths: readonly number[]): Standing => {
  const sum = worths.reduce((total, worth) => total + worth, 0)
  const mean = sum / worths.length
  return { relative: own / mean, most: Math.max(...worths) / mean, share: own / sum }
}
