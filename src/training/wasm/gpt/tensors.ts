import type { Layout } from '../../../vector/layout.ts'
import type { Matrix } from '../matrix.ts'

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
  readonly head: Matrix // [width, vocabulary]
}

/** Where the layout's tensors lie once the flat vector has been put at `at`, in bytes. */
export const tensorsAt = (layout: Layout, layers: number, at: number): GptTensors => {
  const slots = new Map(layout.tensors.map((slot) => [slot.name, slot]))
  const tensor = (name: string): Matrix => {
    const { shape, size, offset } = slots.get(name)!
    const columns = shape.at(-1)!
    return { at: at + 4 * offset, rows: size / columns, columns, stride: columns }
  }
  const affine = (name: string): Affine => ({
    gain: tensor(`${name}/gain`),
    bias: tensor(`${name}/bias`)
  })
  const dense = (name: string): Dense => ({
    kernel: tensor(`${name}/kernel`),
    bias: tensor(`${name}/bias`)
  })
  return {
    characters: tensor('embedding/characters'),
    places: tensor('embedding/places'),
    blocks: Array.from({ length: layers }, (_, layer) => ({
      norm0: affine(`block${layer}/norm0`),
      attention: tensor(`block${layer}/attention/kernel`),
      projection: tensor(`block${layer}/projection/kernel`),
      norm1: affine(`block${layer}/norm1`),
      dense0: dense(`block${layer}/dense0`),
      dense1: dense(`block${layer}/dense1`)
    })),
    norm: affine('norm'),
    head: tensor('head/kernel')
  }
}
