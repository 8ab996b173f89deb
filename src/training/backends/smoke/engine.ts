import { zeros } from '../../../vector/vector.ts'
import type { Engine } from '../../engine.ts'
import { createModel } from '../../models/create-model.ts'
import { type Model, rowSides } from '../../models/model.ts'
import { fractions, type Known, mismatch } from './numbers.ts'

const EXAMPLES = 2
const LABELS = [2, 0]

/** Two convolutions and two dense layers over images of 8 x 8: 272 parameters. */
const smokeModel = (): Model =>
  createModel(
    {
      name: 'cnn',
      convolutions: [
        { channels: 3, kernel: 3, padding: 'same' },
        { channels: 4, kernel: 3, padding: 'same' }
      ],
      hidden: [5]
    },
    rowSides([8, 8, 2], 3)
  )

const LOSS = 1.3541391006334365
const GRADIENT: Known = {
  name: 'the gradient of a small cnn',
  sum: -5.209490953114695,
  magnitude: 37.04225213562439
}

/**
 * Says what is wrong with an engine's numbers; null where nothing is. For engines without operations
 * of their own: products, convolutions and their gradients, as they are used.
 */
export const smokeEngine = (open: (model: Model, examples: number) => Engine): string | null => {
  const model = smokeModel()
  const engine = open(model, EXAMPLES)
  const gradient = zeros(model.layout.length)
  const x = fractions(EXAMPLES * model.features, 29)
  const loss = engine.gradient(
    fractions(gradient.length, 37),
    { x, labels: Uint8Array.from(LABELS) },
    gradient
  )
  engine.dispose()
  if (Math.abs(loss - LOSS) > 1e-4) return `wrong numbers: the loss of a small cnn is ${loss}`
  return mismatch(GRADIENT, gradient)
}
