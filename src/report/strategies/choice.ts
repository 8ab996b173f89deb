/** Which of those that are good enough to take. */
import { type Contestant, type Cost, cheapestFirst, costTheSame, type Facts } from './contest.ts'

/** Bytes decide where sending the model takes longer than a round's computing. */
export const decidingCost = ({ pace }: Facts): Cost =>
  pace !== null && pace.sendMs > pace.computeMs ? 'bytes' : 'seconds'

export const OTHER: Readonly<Record<Cost, Cost>> = { bytes: 'seconds', seconds: 'bytes' }

/** The cheapest of those that are good enough; where the seeds leave that open, the other cost decides. */
export const choose = (near: readonly Contestant[], cost: Cost): Contestant => {
  const [cheapest, ...others] = cheapestFirst(near, cost)
  const level = [cheapest!, ...others.filter((one) => costTheSame(cheapest!, one, cost))]
  return cheapestFirst(level, OTHER[cost])[0]!
}
