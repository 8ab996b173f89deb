/** What a recommendation is made of: who finished, who is good enough, who pays least for it. */
import type { ComparedStrategy, Comparison, ConditionResult } from './comparison.ts'
import { holdsZero, type Interval, pairedInterval } from './interval.ts'
import { deficit, toleranceOf } from './quality.ts'

/** Costs so near to each other are the same to whoever has to choose. */
const SAME_COST = 1.1

export type Cost = 'bytes' | 'seconds'

/** What a comparison knows before it recommends. */
export type Facts = Omit<Comparison, 'recommendation'>

/** A strategy all of whose runs have finished, as asked. */
export interface Contestant {
  readonly strategy: ComparedStrategy
  readonly asked: ConditionResult
  readonly quality: Interval
}

export const askedOf = ({ conditions }: ComparedStrategy): ConditionResult | null =>
  conditions.find(({ kind }) => kind === 'asked') ?? null

/** The best first. */
export const contestantsOf = ({ strategies, seeds, measure }: Facts): readonly Contestant[] =>
  strategies
    .flatMap((strategy): Contestant[] => {
      const asked = askedOf(strategy)
      const quality = asked?.quality ?? null
      return asked === null || quality === null || quality.n < seeds.length
        ? []
        : [{ strategy, asked, quality }]
    })
    .sort((a, b) => deficit(measure, b.quality.mean, a.quality.mean))

/** Those at most a tolerance behind the best. */
export const nearOf = (field: readonly Contestant[], { measure }: Facts): readonly Contestant[] => {
  const [best] = field
  if (best === undefined) return []
  const { mean } = best.quality
  return field.filter(
    ({ quality }) => deficit(measure, mean, quality.mean) <= toleranceOf(measure, mean)
  )
}

const qualities = ({ runs }: ConditionResult): ReadonlyArray<number | null> =>
  runs.map(({ quality }) => quality)

/** How much worse `other` is than `best`, seed by seed; some seed must have both. */
export const behind = (
  best: ConditionResult,
  other: ConditionResult,
  { measure }: Facts
): Interval => {
  const [a, b] = [qualities(best), qualities(other)]
  return (measure === 'accuracy' ? pairedInterval(a, b) : pairedInterval(b, a))!
}

/** Mean cost of reaching the goal; null where not all seeds did. */
export const costOf = ({ asked }: Contestant, cost: Cost): number | null => {
  const interval = cost === 'bytes' ? asked.goalBytes : asked.goalSeconds
  return interval === null || interval.n < asked.runs.length ? null : interval.mean
}

/** Null where the goal was never reached, or nothing was sent: such numbers have no ratio. */
const logCosts = ({ asked }: Contestant, cost: Cost): ReadonlyArray<number | null> =>
  asked.runs.map(({ goal }) => (goal === null || goal[cost] <= 0 ? null : Math.log(goal[cost])))

const compareCosts = (a: number | null, b: number | null): number =>
  (a ?? Number.POSITIVE_INFINITY) === (b ?? Number.POSITIVE_INFINITY)
    ? 0
    : (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY)

export const cheapestFirst = (some: readonly Contestant[], cost: Cost): readonly Contestant[] =>
  some.toSorted((a, b) => compareCosts(costOf(a, cost), costOf(b, cost)))

/** Whether the seeds leave it open which of the two costs less, or hardly any is between them. */
export const costTheSame = (a: Contestant, b: Contestant, cost: Cost): boolean => {
  const [one, other] = [costOf(a, cost), costOf(b, cost)]
  if (one === null || other === null) return one === other
  if (Math.max(one, other) <= SAME_COST * Math.min(one, other)) return true
  const ratios = pairedInterval(logCosts(a, cost), logCosts(b, cost))
  return ratios !== null && ratios.n > 1 && holdsZero(ratios)
}

/** Better in nothing, by its means, and worse in something. */
export const isDominated = (by: Contestant, other: Contestant, { measure }: Facts): boolean => {
  const worse = [
    deficit(measure, by.quality.mean, other.quality.mean),
    compareCosts(other.asked.bytesPerPeer!.mean, by.asked.bytesPerPeer!.mean),
    compareCosts(other.asked.seconds?.mean ?? null, by.asked.seconds?.mean ?? null)
  ]
  return worse.every((one) => one >= 0) && worse.some((one) => one > 0)
}
