/**
 * A trainer as an operator would bring one: |x - c|^2 / 2 over the elements that this member sees, which
 * are every other one. Alone, a member leaves the rest at 0; together they find c, whoever is faster.
 */
import { type CreateTrainer, layoutOf } from '../../src/index.ts'

export const LENGTH = 8
export const layout = layoutOf([{ name: 'x', shape: [LENGTH] }])

/** Where element k belongs. */
export const goalOf = (k: number): number => Math.cos(k)

export const isSeen = (shard: number, k: number): boolean => k % 2 === shard % 2

export const createTrainer: CreateTrainer = ({ shard, options, learningRate }) => ({
  layout,
  rows: 1,
  initial: () => new Float32Array(LENGTH),
  train: (replica, steps, from) => {
    let loss = 0
    for (let step = 0; step < steps; step++) {
      if (options['failing'] === true) replica[0] = Number.NaN
      for (let k = 0; k < LENGTH; k++) {
        if (!isSeen(shard, k)) continue
        const away = replica[k]! - goalOf(k)
        loss += away ** 2 / 2
        replica[k] = replica[k]! - learningRate(from + step) * away
      }
    }
    return { loss: loss / steps, samples: steps }
  },
  ...(options['silent'] === true
    ? {}
    : { evaluate: (replica) => ({ accuracy: null, loss: replica[1]! }) })
})
