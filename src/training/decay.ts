import type { Layout, TensorSlot } from '../vector/layout.ts'
import type { Vector } from '../vector/vector.ts'

/** What weight decay takes hold of: tensors of rank 1 (biases, layer norms) do not decay. */
export const decayingTensors = ({ tensors }: Layout, weightDecay: number): readonly TensorSlot[] =>
  weightDecay > 0 ? tensors.filter(({ shape }) => shape.length > 1) : []

/** x *= 1 - share, in the given tensors. */
export const decay = (x: Vector, tensors: readonly TensorSlot[], share: number): void => {
  const kept = 1 - share
  for (const { offset, size } of tensors) {
    for (let i = offset; i < offset + size; i++) x[i] = kept * x[i]!
  }
}
