import { mean } from '../../simulation/mean.ts'
import type { CurvePoint, MeanPoint } from './comparison.ts'
import { intervalOf } from './interval.ts'

/** Curves of several seeds as one: the means of the rounds that all of them have. */
export const meanCurve = (curves: ReadonlyArray<readonly CurvePoint[]>): readonly MeanPoint[] => {
  const [first = [], ...others] = curves
  return first.flatMap((point) => {
    const same = others.flatMap((curve) => curve.find(({ round }) => round === point.round) ?? [])
    if (same.length < others.length) return []
    const all = [point, ...same]
    return [
      {
        round: point.round,
        bytes: mean(all.map(({ bytes }) => bytes)),
        seconds: mean(all.map(({ seconds }) => seconds)),
        quality: intervalOf(all.map(({ quality }) => quality))!
      }
    ]
  })
}
