import test from 'ava'
import { type Random, seeded } from '../../../../src/random.ts'
import { sample } from '../../../../src/training/generate/sample.ts'

const LOGITS = [0.3, -1, 2, 2, 0.5]

const softmax = (logits: readonly number[]): number[] => {
  const powers = logits.map(Math.exp)
  const sum = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / sum)
}

/** Always this number. */
const fixed = (value: number): Random => ({ ...seeded(1), next: () => value }) as Random

const shares = (temperature: number, topK: number | null, draws = 20_000): number[] => {
  const random = seeded(3)
  const counts = LOGITS.map(() => 0)
  for (let i = 0; i < draws; i++) counts[sample(LOGITS, { temperature, topK }, random)]! += 1
  return counts.map((count) => count / draws)
}

for (const temperature of [0.5, 1, 3]) {
  test(`should draw by the softmax at temperature ${temperature}`, (t) => {
    const wanted = softmax(LOGITS.map((logit) => logit / temperature))
    // Four deviations of a share of 20,000 draws are below 0.015.
    shares(temperature, null).forEach((share, i) => {
      t.true(Math.abs(share - wanted[i]!) < 0.015, `${i}: ${share}`)
    })
  })
}

test('should draw from the largest only', (t) => {
  const found = shares(1, 3)
  const wanted = softmax([2, 2, 0.5])
  t.is(found[0], 0)
  t.is(found[1], 0)
  for (const [i, share] of [found[2]!, found[3]!, found[4]!].entries()) {
    t.true(Math.abs(share - wanted[i]!) < 0.015)
  }
})

test('should take the first of equal ones where one is left', (t) => {
  t.deepEqual(shares(1, 1, 100), [0, 0, 1, 0, 0])
})

test('should take the largest at temperature zero, and draw nothing', (t) => {
  const random = fixed(Number.NaN)
  t.is(sample(LOGITS, { temperature: 0, topK: null }, random), 2)
  t.is(sample(LOGITS, { temperature: 0, topK: 4 }, random), 2)
})

test('should stay within bounds at both ends of the draw', (t) => {
  // By their size: 2, 3, 4, 0, 1.
  const all = { temperature: 1, topK: null }
  t.is(sample(LOGITS, all, fixed(0)), 2)
  t.is(sample(LOGITS, all, fixed(1 - 2 ** -32)), 1)
  t.is(sample(LOGITS, { temperature: 1, topK: 99 }, fixed(1 - 2 ** -32)), 1)
})

test('should not overflow, whatever the logits and the temperature', (t) => {
  const sampling = { temperature: 1e-300, topK: null }
  t.is(sample([-3e38, 3e38, 0], sampling, fixed(0.999)), 1)
  t.is(sample([1e-30, 0], { temperature: 100, topK: null }, fixed(0.75)), 1)
})
