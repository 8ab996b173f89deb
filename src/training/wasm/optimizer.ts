import type { OptimizerConfig } from '../../swarm/recipe.ts'
import type { Layout, TensorSlot } from '../../vector/layout.ts'
import type { Kernels } from './kernels.ts'

type Pointer = number

/** The optimisers of ../optimizer.ts as one pass over the flat vector, in place. */
export interface Update {
  /** Vectors that it remembers, each as long as the replica; zero at first. */
  readonly moments: number
  step(kernels: Kernels, x: Pointer, g: Pointer, moments: readonly Pointer[], rate: number): void
  /** Its vectors have been cleared. */
  forget(): void
}

type SgdConfig = Extract<OptimizerConfig, { name: 'sgd' }>
type AdamConfig = Extract<OptimizerConfig, { name: 'adam' }>

const FLOAT = 4

const sgd = ({ momentum }: SgdConfig, { length }: Layout): Update =>
  momentum === 0
    ? {
        moments: 0,
        step: (kernels, x, g, _, rate) => kernels.sgdPlain(length, x, g, rate),
        forget: () => {}
      }
    : {
        moments: 1,
        step: (kernels, x, g, [v], rate) => kernels.sgdStep(length, x, g, v!, momentum, rate),
        forget: () => {}
      }

interface Run {
  readonly offset: number
  readonly size: number
  readonly decays: boolean
}

/** Neighbouring tensors that decay, or do not, as one. */
const runsOf = (tensors: readonly TensorSlot[], weightDecay: number): readonly Run[] => {
  const runs: Run[] = []
  for (const { offset, size, shape } of tensors) {
    const decays = weightDecay > 0 && shape.length > 1
    const last = runs.at(-1)
    if (last?.decays === decays) runs[runs.length - 1] = { ...last, size: last.size + size }
    else runs.push({ offset, size, decays })
  }
  return runs
}

const adam = (config: AdamConfig, { tensors }: Layout): Update => {
  const { beta1, beta2, epsilon, weightDecay } = config
  const runs = runsOf(tensors, weightDecay)
  let t = 0
  return {
    moments: 2,
    step: (kernels, x, g, [m, v], rate) => {
      t += 1
      const size = rate / (1 - beta1 ** t)
      const correction = 1 / (1 - beta2 ** t)
      for (const { offset, size: length, decays } of runs) {
        const kept = decays ? 1 - rate * weightDecay : 1
        const at = FLOAT * offset
        const vectors = [x + at, g + at, m! + at, v! + at] as const
        kernels.adamStep(length, ...vectors, beta1, beta2, size, correction, epsilon, kept)
      }
    },
    forget: () => {
      t = 0
    }
  }
}

/** A new optimiser's update; it counts its steps. */
export const createUpdate = (config: OptimizerConfig, layout: Layout): Update =>
  config.name === 'sgd' ? sgd(config, layout) : adam(config, layout)
