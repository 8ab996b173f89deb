/** Why one of those that are good enough is taken, and when another one would be. */
import { bytesText } from '../figures.ts'
import { choose, OTHER } from './choice.ts'
import {
  behind,
  type Contestant,
  type Cost,
  cheapestFirst,
  costOf,
  costTheSame,
  type Facts
} from './contest.ts'
import { holdsZero } from './interval.ts'
import { secondsText } from './number-text.ts'
import { differenceText, intervalText, qualityText } from './quality.ts'
import { listed, NOUN, nameOf } from './words.ts'

const costText = (cost: Cost, value: number): string =>
  cost === 'bytes' ? `${bytesText(value)} sent by each peer` : secondsText(value)

export const qualityReason = (
  chosen: Contestant,
  near: readonly Contestant[],
  facts: Facts
): string => {
  const { measure } = facts
  const own = intervalText(measure, chosen.quality)
  const best = near[0]!
  const noun = NOUN[measure]
  if (best !== chosen) {
    const gap = behind(best.asked, chosen.asked, facts)
    const theirs = `${nameOf(best)}'s ${intervalText(measure, best.quality)}`
    const within = `Its test ${noun}, ${own}, is as good as ${theirs}, the best`
    if (gap.half === null) return `${within}, to within ${differenceText(measure, gap.mean)}.`
    return holdsZero(gap)
      ? `${within}, within the error bars.`
      : `${within}, but for ${differenceText(measure, gap.mean, gap.half)}.`
  }
  const ties = near.slice(1).filter((one) => holdsZero(behind(best.asked, one.asked, facts)))
  const seeds = facts.seeds.length
  const tied =
    ties.length === 0
      ? '.'
      : `; ${listed(ties.map(nameOf))} cannot be told from it by ${seeds === 1 ? 'one seed' : `${seeds} seeds`}.`
  return `Its test ${noun}, ${own}, is the best${tied}`
}

const linksReason = ({ pace, mode }: Facts): string => {
  if (mode === 'live' || pace === null) {
    return 'Between processes of one machine bytes cost nothing, so time decides'
  }
  const times = `sending it once takes ${secondsText(pace.sendMs / 1000)}, computing a round ${secondsText(pace.computeMs / 1000)}`
  return pace.sendMs > pace.computeMs
    ? `Links are slow for this model (${times}), so bytes decide`
    : `Links are fast for this model (${times}), so time decides`
}

const ratioText = (cost: Cost, ratio: number): string =>
  `${ratio.toFixed(ratio < 10 ? 1 : 0)} times as ${cost === 'bytes' ? 'much' : 'long'}`

export const costReason = (
  chosen: Contestant,
  near: readonly Contestant[],
  cost: Cost,
  facts: Facts
): string => {
  const links = linksReason(facts)
  if (near.length === 1) return `No other is within reach of that ${NOUN[facts.measure]}.`
  const own = costOf(chosen, cost)
  if (own === null || facts.goal === null) return `${links}; none got there with all seeds.`
  const others = cheapestFirst(
    near.filter((one) => one !== chosen),
    cost
  )
  const ties = others.filter((one) => costTheSame(chosen, one, cost))
  const goal = qualityText(facts.measure, facts.goal)
  const reached = `${links}: it reaches ${goal} after ${costText(cost, own)}`
  const tied =
    ties.length === 0 ? '' : `, as does ${listed(ties.map(nameOf))}, within the error bars`
  const next = others.find((one) => !ties.includes(one))
  const theirs = next === undefined ? null : costOf(next, cost)
  if (next === undefined) {
    const other = costOf(chosen, OTHER[cost])
    return other === null
      ? `${reached}${tied}.`
      : `${reached}${tied}; ${costText(OTHER[cost], other)} then decides.`
  }
  return theirs === null
    ? `${reached}${tied}; ${nameOf(next)} does not with every seed.`
    : `${reached}${tied}, ${nameOf(next)} after ${costText(cost, theirs)}, ${ratioText(cost, theirs / own)}.`
}

export const otherwise = (
  chosen: Contestant,
  near: readonly Contestant[],
  cost: Cost
): string | null => {
  const other = OTHER[cost]
  const winner = choose(near, other)
  const [own, theirs] = [costOf(chosen, other), costOf(winner, other)]
  if (winner === chosen || own === null || theirs === null) return null
  if (costTheSame(chosen, winner, other)) return null
  const what = other === 'bytes' ? 'bytes matter' : 'time matters'
  return `Where ${what} more, take ${nameOf(winner)}: ${costText(other, theirs)} instead of ${costText(other, own)}.`
}
