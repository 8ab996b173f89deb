/** What loss and churn take from a choice, and what speaks against the others. */
import type { ConditionResult } from './comparison.ts'
import { behind, type Contestant, type Facts, isDominated } from './contest.ts'
import { holdsZero, type Interval } from './interval.ts'
import { deficit, differenceText, toleranceOf } from './quality.ts'
import { listed, NOUN, nameOf } from './words.ts'

const openText = (gap: Interval): string =>
  gap.half !== null && holdsZero(gap) ? ', though so few seeds do not prove it' : ''

/** What one thing changed about the scenario costs: how much of the quality, or how many of the runs. */
const underOne = (
  one: Contestant,
  condition: ConditionResult,
  facts: Facts
): { readonly loss: number; readonly text: string } | null => {
  const { measure, seeds } = facts
  const { quality, text, runs } = condition
  const failed = runs.filter((run) => run.failed !== null || run.quality === null).length
  if (quality === null || failed > 0) {
    return { loss: Infinity, text: `with ${text} it fails in ${failed} of ${seeds.length} runs` }
  }
  const loss = deficit(measure, one.quality.mean, quality.mean)
  if (loss <= toleranceOf(measure, one.quality.mean)) return null
  const open = openText(behind(one.asked, condition, facts))
  return { loss, text: `with ${text} it loses ${differenceText(measure, loss)}${open}` }
}

export const troubled = (
  chosen: Contestant,
  near: readonly Contestant[],
  facts: Facts
): string | null => {
  const harder = chosen.strategy.conditions.filter(
    ({ kind }) => kind === 'loss' || kind === 'churn'
  )
  if (harder.length === 0) return null
  const parts = harder.flatMap((condition) => {
    const own = underOne(chosen, condition, facts)
    if (own === null) return []
    const lossOf = (one: Contestant): number => {
      const theirs = one.strategy.conditions.find(({ text }) => text === condition.text)
      return theirs === undefined ? Infinity : (underOne(one, theirs, facts)?.loss ?? 0)
    }
    const steadier = near.toSorted((a, b) => lossOf(a) - lossOf(b))[0]!
    const advice = lossOf(steadier) < own.loss ? `; ${nameOf(steadier)} holds out better` : ''
    return [`${own.text}${advice}`]
  })
  const texts = harder.map(({ text }) => text)
  const sentence = parts.length === 0 ? `with ${listed(texts)} it is as good` : parts.join(', and ')
  return `${sentence[0]!.toUpperCase()}${sentence.slice(1)}.`
}

export const othersReason = (
  chosen: Contestant,
  field: readonly Contestant[],
  facts: Facts
): string[] => {
  const { measure } = facts
  const dominated = field.filter((one) => one !== chosen && isDominated(chosen, one, facts))
  const far = field.filter((one) => {
    const gap = deficit(measure, field[0]!.quality.mean, one.quality.mean)
    return !dominated.includes(one) && gap > toleranceOf(measure, field[0]!.quality.mean)
  })
  const sentences: string[] = []
  if (dominated.length > 0) {
    const noun = dominated.length === 1 ? 'is' : 'are'
    sentences.push(
      `${listed(dominated.map(nameOf))} ${noun} better in nothing: not in ${NOUN[measure]}, bytes or time.`
    )
  }
  for (const one of far) {
    const gap = behind(field[0]!.asked, one.asked, facts)
    sentences.push(
      `${nameOf(one)} is ${differenceText(measure, gap.mean)} behind ${nameOf(field[0]!)}${openText(gap)}.`
    )
  }
  return sentences
}

export const unfinished = (
  { strategies, seeds }: Facts,
  field: readonly Contestant[]
): string | null => {
  const names = strategies
    .filter((one) => field.every(({ strategy }) => strategy !== one))
    .map(({ strategy }) => strategy)
  return names.length === 0
    ? null
    : `Not finished with ${seeds.length === 1 ? 'the seed' : 'every seed'}, and so no choice: ${listed(names)}.`
}
