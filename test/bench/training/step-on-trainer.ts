import { recipeSchema } from '../../../src/swarm/recipe.ts'
import { openBench } from '../../../src/training/bench.ts'

/** The benchmark's mlp on the built-in data, as a peer's recipe has it. */
const RECIPE = recipeSchema.parse({
  model: { name: 'mlp', hidden: [256, 128] },
  data: { name: 'glyphs' },
  training: { optimizer: { name: 'adam' }, learningRate: 1e-3, batch: 64, steps: 1 },
  strategy: { name: 'delta-set' },
  topology: { name: 'ring' }
})
const PEERS = 8

/** Whatever a peer's compute thread does until its trainer has taken one step. */
export const stepOnTrainer = async (): Promise<void> => {
  const bench = await openBench({
    recipe: RECIPE,
    dataPath: null,
    shards: PEERS,
    backend: 'wasm'
  })
  const trainer = bench.trainer(0)
  trainer.train(trainer.initial(), 1, 0)
}
