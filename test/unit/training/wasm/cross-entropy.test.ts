import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import { difference, uniform } from '../helpers.ts'
import { hold } from './hold.ts'

const softmax = (scores: readonly number[]): number[] => {
  const most = Math.max(...scores)
  const powers = scores.map((score) => Math.exp(score - most))
  const sum = powers.reduce((a, b) => a + b)
  return powers.map((power) => power / sum)
}

for (const [rows, classes] of [
  [1, 1],
  [3, 2],
  [5, 3],
  [7, 10],
  [3, 65],
  [2, 96],
  [4, 255]
] as const) {
  test(`should give cross-entropy and its gradient: ${rows} rows of ${classes} classes`, (t) => {
    const random = seeded(classes)
    const logits = uniform(random, rows * classes).map((value) => 20 * value)
    const labels = Uint8Array.from({ length: rows }, () => random.integer(classes))
    const held = hold(logits, labels)
    const loss = held.kernels.crossEntropy(rows, classes, held.at[0]!, held.at[1]!, 1 / rows)
    let expected = 0
    const gradient = new Float64Array(rows * classes)
    labels.forEach((label, row) => {
      const shares = softmax([...logits.subarray(row * classes, (row + 1) * classes)])
      expected -= Math.log(shares[label]!)
      shares.forEach((share, i) => {
        gradient[row * classes + i] = (share - (i === label ? 1 : 0)) / rows
      })
    })
    t.true(Math.abs(loss - expected) <= 1e-6 * Math.max(1, expected), `${loss}, not ${expected}`)
    t.true(difference(held.read(0), gradient) < 1e-6)
  })
}

test('should survive logits far outside the range of exp, and show not-a-number', (t) => {
  const logits = Float32Array.of(5000, 0, 0, 0, 5000, 0, Number.NaN, 0, 0)
  const labels = Uint8Array.of(0, 2, 1)
  const held = hold(logits, labels)
  const [at, atLabels] = held.at as [number, number]
  t.is(held.kernels.crossEntropy(2, 3, at, atLabels, 1), 5000)
  t.deepEqual([...held.read(0)].slice(0, 6), [0, 0, 0, 0, 1, -1])
  t.is(held.kernels.crossEntropy(1, 3, at + 24, atLabels + 2, 1), Number.NaN)
})

test('should lose ln(classes) where all logits are the same', (t) => {
  for (const classes of [2, 3, 7, 10, 96]) {
    const held = hold(new Float32Array(classes).fill(-3), Uint8Array.of(1))
    const loss = held.kernels.crossEntropy(1, classes, held.at[0]!, held.at[1]!, 1)
    t.true(Math.abs(loss / Math.log(classes) - 1) < 1e-14, `${loss}`)
  }
})
