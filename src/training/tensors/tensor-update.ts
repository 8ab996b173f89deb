import type { ClipConfig, OptimizerConfig } from '../../swarm/recipe.ts'
import type { Layout } from '../../vector/layout.ts'
import { clipTensors } from './clip.ts'
import { guard } from './guard.ts'
import { createTensorOptimizer } from './optimizers/create-optimizer.ts'
import { stepEntry } from './step-log.ts'
import type { Update } from './update.ts'

/** As operations of tfjs, all of them on the device: nothing is read back. */
export const tensorUpdate = (config: OptimizerConfig, layout: Layout, clip: ClipConfig): Update => {
  const optimizer = createTensorOptimizer(config, layout)
  return {
    start: () => optimizer.start(),
    pack: (values) => optimizer.pack(values),
    unpack: (saved) => optimizer.unpack(saved),
    step: ({ x, state, loss, gradient, correction, rate }) => {
      const guarded = guard({ loss, gradient }, clipTensors(clip, layout, x), correction)
      const moved = optimizer.step({ x, state, rate, ...guarded })
      return { ...moved, entry: stepEntry(loss, guarded.taken) }
    }
  }
}
