/** How far replicas are from each other, and how far mixing has moved their mean. All in float64. */

/** Mean over the replicas, element by element. // [parameters] */
export const meanVector = (
  replicas: ReadonlyArray<ArrayLike<number>>
): Float64Array<ArrayBuffer> => {
  const mean = new Float64Array(replicas[0]?.length ?? 0)
  for (const replica of replicas) {
    for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! + replica[i]!
  }
  for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! / replicas.length
  return mean
}

const squared = (values: ArrayLike<number>, from: ArrayLike<number> | null): number => {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += (values[i]! - (from?.[i] ?? 0)) ** 2
  return sum
}

export interface ConsensusDistance {
  /** sqrt(mean over peers of |x_i - mean|^2), in the units of the parameters. */
  readonly absolute: number
  /** The same over |mean|; the absolute one where the mean is zero. */
  readonly relative: number
  readonly meanNorm: number
}

export const consensusDistance = (
  replicas: ReadonlyArray<ArrayLike<number>>
): ConsensusDistance => {
  const mean = meanVector(replicas)
  let sum = 0
  for (const replica of replicas) sum += squared(replica, mean)
  const absolute = replicas.length === 0 ? 0 : Math.sqrt(sum / replicas.length)
  const meanNorm = Math.sqrt(squared(mean, null))
  return { absolute, relative: meanNorm === 0 ? absolute : absolute / meanNorm, meanNorm }
}

/**
 * |(1/n) sum_i m_i|, where m_i is all that mixing has added to replica i: zero when every exchange was
 * applied at both of its ends. Loss biases averaging exactly here, where consensus distance is blind.
 */
export const meanDrift = (mixed: ReadonlyArray<ArrayLike<number>>): number =>
  Math.sqrt(squared(meanVector(mixed), null))
