import type { GptConfig } from '../../models/gpt-layout.ts'
import type { Machine } from '../machine.ts'
import type { BlockBuffers, Slopes } from './buffers.ts'

/** Causal attention of every head in every window. */
export interface Attention {
  /** Fills `weights` and `mixed` from `qkv`. */
  forward(): void
  /** Fills the slopes of `qkv` from those of `mixed`, which are in `wide`. */
  backward(): void
}

export const createAttention = (
  { kernels, algebra }: Machine,
  { heads, width, context: time }: GptConfig,
  { qkv, weights, mixed }: BlockBuffers,
  slopes: Slopes
): Attention => {
  const sides = [qkv.rows / time, heads, time, width / heads] as const
  return {
    forward: () => kernels.attend(...sides, qkv.at, weights.at, mixed.at, algebra.scratch),
    backward: () =>
      kernels.attendBackward(
        ...sides,
        qkv.at,
        weights.at,
        slopes.wide.at,
        slopes.qkv.at,
        slopes.scores.at,
        algebra.scratch
      )
  }
}
