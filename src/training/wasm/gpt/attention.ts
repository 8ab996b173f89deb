/**
 * Causal multi-head attention (Vaswani et al. 2017, eq. 1): in every window and head,
 * y = softmax(q k^T / sqrt(size)) v, where no step sees a later one.
 */

import type { GptConfig } from '../../models/gpt-layout.ts'
import type { Algebra } from '../algebra.ts'
import type { Kernels } from '../kernels.ts'
import { type Matrix, part } from '../matrix.ts'
import type { BlockBuffers, Slopes } from './buffers.ts'

export interface Attention {
  /** Fills `weights` and `mixed` from `qkv`. */
  forward(): void
  /** Fills the slopes of `qkv` from those of `mixed`, which are in `wide`. */
  backward(): void
}

/** Queries, keys and values of one head in one window, or their gradients. // [time, size] each */
interface Triple {
  readonly q: Matrix
  readonly k: Matrix
  readonly v: Matrix
}

interface Head extends Triple {
  readonly d: Triple
  readonly weights: Matrix // [time, time]
  readonly y: Matrix // [time, size]
  readonly dy: Matrix // [time, size]
}

/** The heads of all windows, by number; made anew for every use, as there may be very many. */
const headsOf = (
  { heads, width, context: time }: GptConfig,
  { qkv, weights, mixed }: BlockBuffers,
  slopes: Slopes
) => {
  const size = width / heads
  return (i: number): Head => {
    const head = i % heads
    const rows = [((i - head) / heads) * time, time] as const
    const columns = (from: number) => [from + head * size, size] as const
    const triple = (all: Matrix): Triple => ({
      q: part(all, rows, columns(0)),
      k: part(all, rows, columns(width)),
      v: part(all, rows, columns(2 * width))
    })
    return {
      ...triple(qkv),
      d: triple(slopes.qkv),
      weights: part(weights, [i * time, time], [0, time]),
      y: part(mixed, rows, columns(0)),
      dy: part(slopes.wide, rows, columns(0))
    }
  }
}

export const createAttention = (
  config: GptConfig,
  buffers: BlockBuffers,
  slopes: Slopes,
  { kernels, algebra }: { readonly kernels: Kernels; readonly algebra: Algebra }
): Attention => {
  const headAt = headsOf(config, buffers, slopes)
  const time = config.context
  const count = buffers.weights.rows / time
  const scale = 1 / Math.sqrt(config.width / config.heads)
  const { scores } = slopes
  return {
    forward: () => {
      for (let i = 0; i < count; i++) {
        const { q, k, v, weights, y } = headAt(i)
        algebra.multiplyByTurned(q, k, weights)
        kernels.causalSoftmax(time, scale, weights.at)
        algebra.multiply(weights, v, y)
      }
    },
    backward: () => {
      for (let i = 0; i < count; i++) {
        const { q, k, v, d, weights, dy } = headAt(i)
        algebra.multiplyTurned(weights, dy, d.v)
        algebra.multiplyByTurned(dy, v, scores)
        kernels.causalSoftmaxBackward(time, scale, weights.at, scores.at)
        algebra.multiply(scores, k, d.q)
        algebra.multiplyTurned(scores, q, d.k)
      }
    }
  }
}
