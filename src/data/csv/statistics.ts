/** Count, mean and squares of a column as its values come (Welford 1962), in float64. */
export interface Moments {
  count: number
  mean: number
  /** Sum of the squares about the mean. */
  squares: number
  least: number
  most: number
}

export const noMoments = (): Moments => ({
  count: 0,
  mean: 0,
  squares: 0,
  least: Infinity,
  most: -Infinity
})

export const addValue = (moments: Moments, value: number): void => {
  moments.count++
  const off = value - moments.mean
  moments.mean += off / moments.count
  moments.squares += off * (value - moments.mean)
  moments.least = Math.min(moments.least, value)
  moments.most = Math.max(moments.most, value)
}

/** Of the values themselves, not of what they are a sample of. 0 where all are the same. */
export const deviationOf = ({ count, squares, least, most }: Moments): number =>
  least < most ? Math.sqrt(squares / count) : 0
