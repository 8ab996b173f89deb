import type { GptConfig } from '../../models/gpt-layout.ts'
import type { Machine } from '../machine.ts'
import type { Matrix } from '../matrix.ts'

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
  /** GELU's derivative where the hidden units are; a ReLU's can be seen in them. */
  readonly bent: Matrix | null // [tokens, hidden]
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

/** All that the passes have in memory; a token is one character in one window. */
export interface Buffers {
  readonly stream: Matrix // [tokens, width]
  readonly blocks: readonly BlockBuffers[]
  readonly norm: NormBuffers
  readonly slopes: Slopes
}

export interface BufferSides {
  readonly windows: number
  /** Width of a layer's hidden units. */
  readonly hidden: number
}

export const planBuffers = (
  machine: Machine,
  { layers, heads, width, context: time, activation }: GptConfig,
  { windows, hidden }: BufferSides
): Buffers => {
  const tokens = windows * time
  const norm = (): NormBuffers => ({
    y: machine.matrix(tokens, width),
    normal: machine.matrix(tokens, width),
    inverse: machine.matrix(tokens, 1)
  })
  const block = (): BlockBuffers => ({
    norm0: norm(),
    qkv: machine.matrix(tokens, 3 * width),
    weights: machine.matrix(heads * tokens, time),
    mixed: machine.matrix(tokens, width),
    norm1: norm(),
    hidden: machine.matrix(tokens, hidden),
    bent: activation === 'gelu' ? machine.matrix(tokens, hidden) : null
  })
  return {
    stream: machine.matrix(tokens, width),
    blocks: Array.from({ length: layers }, block),
    norm: norm(),
    slopes: {
      stream: machine.matrix(tokens, width),
      wide: machine.matrix(tokens, width),
      qkv: machine.matrix(tokens, 3 * width),
      scores: machine.matrix(time, time),
      hidden: machine.matrix(tokens, hidden)
    }
  }
}
