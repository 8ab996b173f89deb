import type { GptConfig } from '../../models/gpt-layout.ts'
import type { Matrix } from '../matrix.ts'
import type { Tensors } from '../program.ts'

/** Scale and shift of a layer normalisation. */
export interface Affine {
  readonly gain: Matrix // [1, width]
  readonly bias: Matrix // [1, width]
}

export interface Dense {
  readonly kernel: Matrix // [in, out]
  readonly bias: Matrix // [1, out]
}

/** One layer's parameters, or their gradients. */
export interface BlockTensors {
  readonly norm0: Affine
  readonly attention: Matrix // [width, 3 width]
  readonly projection: Matrix // [width, width]
  readonly norm1: Affine
  readonly dense0: Dense // [width, hidden]
  readonly dense1: Dense // [hidden, width]
}

export interface GptTensors {
  readonly characters: Matrix // [vocabulary, width]
  readonly places: Matrix // [context, width]
  readonly blocks: readonly BlockTensors[]
  readonly norm: Affine
  /** Null where the characters' rows are the head's columns as well. */
  readonly head: Matrix | null // [width, vocabulary]
}

export const gptTensors = ({ layers, tied }: GptConfig, { at }: Tensors): GptTensors => {
  const affine = (name: string): Affine => ({ gain: at(`${name}/gain`), bias: at(`${name}/bias`) })
  const dense = (name: string): Dense => ({
    kernel: at(`${name}/kernel`),
    bias: at(`${name}/bias`)
  })
  return {
    characters: at('embedding/characters'),
    places: at('embedding/places'),
    blocks: Array.from({ length: layers }, (_, layer) => ({
      norm0: affine(`block${layer}/norm0`),
      attention: at(`block${layer}/attention/kernel`),
      projection: at(`block${layer}/projection/kernel`),
      norm1: affine(`block${layer}/norm1`),
      dense0: dense(`block${layer}/dense0`),
      dense1: dense(`block${layer}/dense1`)
    })),
    norm: affine('norm'),
    head: tied ? null : at('head/kernel')
  }
}
