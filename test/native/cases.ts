import { seeded } from '../../src/random.ts'
import type { Batch } from '../../src/training/batch.ts'
import { createModel } from '../../src/training/models/create-model.ts'
import { type Model, rowSides, textSides } from '../../src/training/models/model.ts'

/** A model of the size that is really trained: backends choose other shaders for small matrices. */
export interface NativeCase {
  readonly title: string
  readonly model: Model
  readonly batch: Batch
}

const caseOf = (title: string, model: Model, examples: number): NativeCase => {
  const random = seeded(3)
  const { features, classes, places, config } = model
  const x =
    config.name === 'gpt'
      ? Uint8Array.from({ length: examples * features }, () => random.integer(classes))
      : Float32Array.from({ length: examples * features }, () => random.next() - 0.5)
  const labels = Uint8Array.from({ length: examples * places }, () => random.integer(classes))
  return { title, model, batch: { x, labels } }
}

const LENET = [
  { channels: 6, kernel: 5, padding: 'same' },
  { channels: 16, kernel: 5, padding: 'valid' }
] as const
const SMALL_KERNELS = [
  { channels: 16, kernel: 3, padding: 'same' },
  { channels: 32, kernel: 3, padding: 'same' }
] as const

const DIGITS = rowSides([28, 28, 1], 10)
const PHOTOS = rowSides([32, 32, 3], 10)
const GPT = { name: 'gpt', layers: 2, heads: 4, width: 64, context: 32 } as const
const TEXT = textSides(GPT.context, 65)

/** Every model of the recipe that has examples, in every variant of its operations. */
export const CASES: readonly NativeCase[] = [
  caseOf('mlp', createModel({ name: 'mlp', hidden: [256, 128] }, DIGITS), 64),
  caseOf('mlp without hidden layers', createModel({ name: 'mlp', hidden: [] }, DIGITS), 1),
  caseOf(
    'cnn of 5 x 5 kernels',
    createModel({ name: 'cnn', convolutions: [...LENET], hidden: [120, 84] }, DIGITS),
    16
  ),
  caseOf(
    'cnn of 3 x 3 kernels',
    createModel({ name: 'cnn', convolutions: [...SMALL_KERNELS], hidden: [] }, DIGITS),
    32
  ),
  caseOf('resnet20', createModel({ name: 'resnet20', groups: 8 }, PHOTOS), 2),
  caseOf('gpt, tied, gelu', createModel({ ...GPT, activation: 'gelu', tied: true }, TEXT), 8),
  caseOf('gpt, untied, relu', createModel({ ...GPT, activation: 'relu', tied: false }, TEXT), 3)
]
