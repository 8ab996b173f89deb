import { type Recipe, recipeSchema } from '../../src/swarm/recipe.ts'

/** A valid recipe; `overrides` replace whole top-level fields. */
export const recipeWith = (overrides: Record<string, unknown> = {}): Recipe =>
  recipeSchema.parse({
    seed: 1,
    model: { name: 'mlp', hidden: [8] },
    data: { name: 'glyphs' },
    training: { learningRate: 0.1, localSteps: 1, steps: 100 },
    strategy: { name: 'gossip-averaging' },
    compression: { name: 'none' },
    topology: { name: 'random-regular', degree: 4 },
    ...overrides
  })
