import type { Layout } from '../../../vector/layout.ts'
import type { GptConfig } from '../../models/gpt-layout.ts'
import type { Scratch } from '../algebra.ts'
import { Arena, type Matrix } from '../matrix.ts'
import { type GptTensors, tensorsAt } from './tensors.ts'

/** What a layer normalisation leaves for its gradient. */
export interface NormBuffers {
  readonly y: Matrix // [tokens, width]
  readonly normal: Matrix // [tokens, width]
  readonly inverse: Matrix // [tokens, 1]
}

/** What one layer leaves for its gradient. */
export interface BlockBuffers {
  readonly norm0: NormBuffers
  readonly qkv: Matrix // [tokens, 3 width]
  /** Attention weights of every window and head, one after the other. */
  readonly weights: Matrix // [windows heads time, time]
  readonly mixed: Matrix // [tokens, width]
  readonly norm1: NormBuffers
  readonly hidden: Matrix // [tokens, hidden]
}

/** Gradients on their way down, each used by one layer after the other. */
export interface Slopes {
  /** Of the residual stream. */
  readonly stream: Matrix // [tokens, width]
  /** Of a normalisation's y, or of `mixed`. */
  readonly wide: Matrix // [tokens, width]
  readonly qkv: Matrix // [tokens, 3 width]
  readonly scores: Matrix // [time, time]
  readonly hidden: Matrix // [tokens, hidden]
}

/** All that a model of one batch size has in memory; a token is one character in one window. */
export interface Buffers {
  readonly bytes: number
  readonly replica: Matrix // [1, parameters]
  readonly gradient: Matrix // [1, parameters]
  readonly parameters: GptTensors
  readonly gradients: GptTensors
  readonly stream: Matrix // [tokens, width]
  readonly blocks: readonly BlockBuffers[]
  readonly norm: NormBuffers
  /** Then their gradient. */
  readonly logits: Matrix // [tokens, vocabulary]
  readonly slopes: Slopes
  readonly scratch: Scratch
}

export const planBuffers = (config: GptConfig, layout: Layout, windows: number): Buffers => {
  const { layers, heads, width, context: time } = config
  const arena = new Arena()
  const replica = arena.matrix(1, layout.length)
  const gradient = arena.matrix(1, layout.length)
  const parameters = tensorsAt(layout, layers, replica.at)
  const vocabulary = parameters.head.columns
  const hidden = parameters.blocks[0]!.dense0.kernel.columns
  const tokens = windows * time

  const norm = (): NormBuffers => ({
    y: arena.matrix(tokens, width),
    normal: arena.matrix(tokens, width),
    inverse: arena.matrix(tokens, 1)
  })
  const block = (): BlockBuffers => ({
    norm0: norm(),
    qkv: arena.matrix(tokens, 3 * width),
    weights: arena.matrix(heads * tokens, time),
    mixed: arena.matrix(tokens, width),
    norm1: norm(),
    hidden: arena.matrix(tokens, hidden)
  })
  const widest = Math.max(hidden, vocabulary)
  const parts = {
    replica,
    gradient,
    parameters,
    gradients: tensorsAt(layout, layers, gradient.at),
    stream: arena.matrix(tokens, width),
    blocks: Array.from({ length: layers }, block),
    norm: norm(),
    logits: arena.matrix(tokens, vocabulary),
    slopes: {
      stream: arena.matrix(tokens, width),
      wide: arena.matrix(tokens, width),
      qkv: arena.matrix(tokens, 3 * width),
      scores: arena.matrix(time, time),
      hidden: arena.matrix(tokens, hidden)
    },
    scratch: {
      packed: arena.matrix(Math.max(tokens, widest) + 4, 8),
      turned: arena.matrix(Math.max(tokens, width), Math.max(widest, time))
    }
  }
  return { ...parts, bytes: arena.bytes }
}
