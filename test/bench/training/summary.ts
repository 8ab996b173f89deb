import type { Turn } from './requests.ts'
import type { Pair } from './turns.ts'

/** What the turns of one contender come to. */
export interface Summary {
  /** Median of the turns' means, and the least of them. */
  readonly msPerStep: number
  readonly leastMsPerStep: number
  readonly examplesPerSecond: number
  /** Processor time of all threads over time: 1 where one thread computes and is not kept waiting. */
  readonly threads: number
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

export const mean = (values: readonly number[]): number => sum(values) / values.length

export const msPerStep = ({ seconds, steps }: Turn): number => (1000 * seconds) / steps

/** Null without turns. */
export const summarise = (turns: readonly Turn[], batch: number): Summary | null => {
  if (turns.length === 0) return null
  const times = turns.map(msPerStep)
  const ms = median(times)
  return {
    msPerStep: ms,
    leastMsPerStep: Math.min(...times),
    examplesPerSecond: (1000 * batch) / ms,
    threads:
      sum(turns.map(({ processorSeconds }) => processorSeconds)) /
      sum(turns.map(({ seconds }) => seconds))
  }
}

/** Median over the pairs of the time in units of the yardstick's; null without a yardstick. */
export const ratioOf = (pairs: readonly Pair[]): number | null => {
  const ratios = pairs.flatMap(({ own, yardstick }) =>
    yardstick === null ? [] : [msPerStep(own) / msPerStep(yardstick)]
  )
  return ratios.length === 0 ? null : median(ratios)
}

/** |a - b| / |b|, norms in float64. */
export const relativeDifference = (a: Float32Array, b: Float32Array): number => {
  if (a.length !== b.length) return Number.NaN
  let difference = 0
  let size = 0
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2
    size += b[i]! ** 2
  }
  return Math.sqrt(difference / size)
}
