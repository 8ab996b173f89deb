/** From the figures of a comparison to a plain recommendation: docs/comparing.md has the rules. */
import { othersReason, troubled, unfinished } from './caveats.ts'
import { choose, decidingCost } from './choice.ts'
import type { Recommendation } from './comparison.ts'
import { contestantsOf, type Facts, nearOf } from './contest.ts'
import { intervalText } from './quality.ts'
import { costReason, otherwise, qualityReason } from './reasons.ts'
import { NOUN, nameOf } from './words.ts'

/** Pure: the same figures give the same words. */
export const recommend = (facts: Facts): Recommendation => {
  const field = contestantsOf(facts)
  const failed = unfinished(facts, field)
  if (field.length === 0) {
    return {
      strategy: null,
      sentences: ['No strategy has finished all of its runs: there is nothing to recommend.']
    }
  }
  const near = nearOf(field, facts)
  const cost = decidingCost(facts)
  const chosen = choose(near, cost)
  const only = field.length === 1 && facts.strategies.length === 1
  const sentences = [
    `Take ${nameOf(chosen)}.`,
    only
      ? `It is the only one that was run; its test ${NOUN[facts.measure]} is ${intervalText(facts.measure, chosen.quality)}.`
      : qualityReason(chosen, near, facts),
    ...(only ? [] : [costReason(chosen, near, cost, facts), otherwise(chosen, near, cost)]),
    troubled(chosen, near, facts),
    ...othersReason(chosen, field, facts),
    failed,
    facts.seeds.length === 1
      ? 'One seed: small differences may be chance. --seeds 3 gives error bars.'
      : null
  ]
  return { strategy: nameOf(chosen), sentences: sentences.filter((text) => text !== null) }
}
