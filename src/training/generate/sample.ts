import type { Random } from '../../random.ts'

export interface Sampling {
  /** Logits are divided by it; 0: the largest is taken. */
  readonly temperature: number
  /** How many of the largest logits are drawn from; null: all. */
  readonly topK: number | null
}

/** The numbers of the largest logits; of equal ones the first. */
const largest = (logits: ArrayLike<number>, count: number): number[] =>
  Array.from({ length: logits.length }, (_, i) => i)
    .sort((a, b) => logits[b]! - logits[a]! || a - b)
    .slice(0, count)

/**
 * Draws a symbol by the softmax of logits / temperature; takes one number from `random` unless the
 * temperature is 0. // logits [symbols]
 */
export const sample = (
  logits: ArrayLike<number>,
  { temperature, topK }: Sampling,
  random: Random
): number => {
  const kept = largest(logits, temperature === 0 ? 1 : (topK ?? logits.length))
  const top = logits[kept[0]!]!
  if (temperature === 0) return kept[0]!
  const powers = kept.map((symbol) => Math.exp((logits[symbol]! - top) / temperature))
  let left = random.next() * powers.reduce((sum, power) => sum + power, 0)
  const drawn = powers.findIndex((power) => {
    left -= power
    return left < 0
  })
  return kept[Math.max(0, drawn)]!
}
