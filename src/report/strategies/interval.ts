import { mean } from '../../simulation/mean.ts'
import { studentT } from './student.ts'

/** A mean over seeds, and how far it may be off. */
export interface Interval {
  readonly mean: number
  /** Half of the 95 % interval of the mean, by Student's t with n - 1 degrees; null of a single number. */
  readonly half: number | null
  readonly n: number
}

/** Null of nothing. */
export const intervalOf = (values: readonly number[]): Interval | null => {
  const n = values.length
  if (n === 0) return null
  const middle = mean(values)
  if (n === 1) return { mean: middle, half: null, n }
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0)
  const deviation = Math.sqrt(squares / (n - 1))
  return { mean: middle, half: (studentT(n - 1) * deviation) / Math.sqrt(n), n }
}

/** Of the differences a - b, seed by seed, where both have a number. */
export const pairedInterval = (
  a: ReadonlyArray<number | null>,
  b: ReadonlyArray<number | null>
): Interval | null =>
  intervalOf(
    a.flatMap((value, seed) => {
      const other = b[seed] ?? null
      return value === null || other === null ? [] : [value - other]
    })
  )

/** Whether 0 may be the mean, as far as so few numbers can say; not told apart where there is one. */
export const holdsZero = (interval: Interval): boolean =>
  interval.half === null || Math.abs(interval.mean) <= interval.half
