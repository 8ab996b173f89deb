/** Accuracies and losses under one rule: how much worse is one than the other, and what is as good. */

import type { CurvePoint, Measure } from './comparison.ts'
import type { Interval } from './interval.ts'
import { lossText } from './number-text.ts'

/** A point of accuracy, and as a share of the best loss. */
const TOLERANCE: Readonly<Record<Measure, number>> = { accuracy: 0.01, loss: 0.05 }

/** What is at most so much worse counts as as good. */
export const toleranceOf = (measure: Measure, best: number): number =>
  measure === 'accuracy' ? TOLERANCE.accuracy : TOLERANCE.loss * Math.abs(best)

/** How much worse `value` is than `best`; negative: it is better. */
export const deficit = (measure: Measure, best: number, value: number): number =>
  measure === 'accuracy' ? best - value : value - best

/** The quality that counts as reached, where `best` is the best result of all. */
export const goalOf = (measure: Measure, best: number): number =>
  measure === 'accuracy' ? best - TOLERANCE.accuracy : best + toleranceOf(measure, best)

export const qualityText = (measure: Measure, value: number): string =>
  measure === 'accuracy' ? `${(100 * value).toFixed(1)} %` : lossText(value)

/** `97.1 ± 0.3 %`, `1.52 ± 0.01` */
export const intervalText = (measure: Measure, { mean, half }: Interval): string => {
  if (half === null) return qualityText(measure, mean)
  return measure === 'accuracy'
    ? `${(100 * mean).toFixed(1)} ± ${(100 * half).toFixed(1)} %`
    : lossText(mean, half)
}

/** A difference between two: `0.4 points`, `0.4 ± 0.1 points`, `0.012`. */
export const differenceText = (measure: Measure, value: number, half: number | null = null) => {
  if (measure === 'loss') return lossText(value, half)
  const points = (100 * value).toFixed(1)
  if (half !== null) return `${points} ± ${(100 * half).toFixed(1)} points`
  return `${points} ${points === '1.0' ? 'point' : 'points'}`
}

/**
 * Where a curve reaches a quality for the first time, on the straight line between two evaluations. Null:
 * never.
 */
export const reach = (
  measure: Measure,
  curve: readonly CurvePoint[],
  goal: number
): { readonly bytes: number; readonly seconds: number } | null => {
  const at = curve.findIndex(({ quality }) => deficit(measure, goal, quality) <= 0)
  const there = curve[at]
  if (there === undefined) return null
  const before = curve[at - 1]
  if (before === undefined) return { bytes: there.bytes, seconds: there.seconds }
  const share = (goal - before.quality) / (there.quality - before.quality)
  return {
    bytes: before.bytes + share * (there.bytes - before.bytes),
    seconds: before.seconds + share * (there.seconds - before.seconds)
  }
}
