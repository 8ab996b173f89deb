import type { OptimizerConfig } from '../../../src/swarm/recipe.ts'
import { createModel } from '../../../src/training/models/create-model.ts'
import { type Model, rowSides, textSides } from '../../../src/training/models/model.ts'

/** One model that is measured, with the batch that it is measured on. */
export interface Case {
  readonly model: Model
  /** Examples of a step: rows, or windows of a text. */
  readonly batch: number
  /** As written down by hand, so that a model that changes is noticed. */
  readonly parameters: number
}

const CONTEXT = 64

/** By name, made when asked for. */
export const CASES: Readonly<Record<string, () => Case>> = {
  mlp: () => ({
    model: createModel({ name: 'mlp', hidden: [256, 128] }, rowSides([28, 28, 1], 10)),
    batch: 64,
    parameters: 235_146
  }),
  cnn: () => ({
    model: createModel(
      {
        name: 'cnn',
        convolutions: [16, 32].map((channels) => ({ channels, kernel: 3, padding: 'same' })),
        hidden: []
      },
      rowSides([28, 28, 1], 10)
    ),
    batch: 32,
    parameters: 20_490
  }),
  gpt: () => ({
    model: createModel(
      {
        name: 'gpt',
        layers: 5,
        heads: 4,
        width: 128,
        context: CONTEXT,
        activation: 'gelu',
        tied: true
      },
      textSides(CONTEXT, 96)
    ),
    batch: 16,
    parameters: 1_009_536
  }),
  resnet20: () => ({
    model: createModel({ name: 'resnet20', groups: 8 }, rowSides([32, 32, 3], 10)),
    batch: 32,
    parameters: 269_722
  })
}

export const OPTIMIZER: OptimizerConfig = {
  name: 'adam',
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0
}

/**
 * So small that thousands of steps on the same few batches do not learn them by heart: gradients
 * near zero become denormal numbers, for which processors take many times as long.
 */
export const RATE = 1e-5
