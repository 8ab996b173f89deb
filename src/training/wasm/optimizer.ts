import type { OptimizerConfig } from '../../swarm/recipe.ts'
import type { Layout, TensorSlot } from '../../vector/layout.ts'
import type { Saved } from '../../vector/saved.ts'
import type { Vector } from '../../vector/vector.ts'
import type { AdamConfig } from '../adam.ts'
import type { LionConfig } from '../lion.ts'
import { packState, unpackState } from '../optimizer-state.ts'
import { type RootConfig, rootFactors } from '../root.ts'
import type { SgdConfig } from '../sgd.ts'
import type { Kernels } from './kernels.ts'

type Pointer = number

/** The optimisers of ../optimizer.ts as one pass over the flat vector, in place. */
export interface Update {
  /** Vectors that it remembers, each as long as the replica; zero at first. */
  readonly moments: number
  step(kernels: Kernels, x: Pointer, g: Pointer, moments: readonly Pointer[], rate: number): void
  /** Its vectors have been cleared. */
  forget(): void
  /** Its state, of which these are copies of the vectors. */
  pack(moments: readonly Vector[]): Saved
  /** Takes a state up, and gives the vectors that go with it. @throws RangeError for another's */
  unpack(saved: Saved): readonly Vector[]
}

interface Rule extends Pick<Update, 'moments'> {
  /** `t`: steps so far, this one included. */
  step(...args: [...Parameters<Update['step']>, t: number]): void
}

const FLOAT = 4

const sgd = ({ momentum }: SgdConfig, { length }: Layout): Rule =>
  momentum === 0
    ? {
        moments: 0,
        step: (kernels, x, g, _, rate) => kernels.sgdPlain(length, x, g, rate)
      }
    : {
        moments: 1,
        step: (kernels, x, g, [v], rate) => kernels.sgdStep(length, x, g, v!, momentum, rate)
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

const adam = (config: AdamConfig, { tensors }: Layout): Rule => {
  const { beta1, beta2, epsilon, weightDecay } = config
  const runs = runsOf(tensors, weightDecay)
  return {
    moments: 2,
    step: (kernels, x, g, [m, v], rate, t) => {
      const size = rate / (1 - beta1 ** t)
      const correction = 1 / (1 - beta2 ** t)
      for (const { offset, size: length, decays } of runs) {
        const kept = decays ? 1 - rate * weightDecay : 1
        const at = FLOAT * offset
        const vectors = [x + at, g + at, m! + at, v! + at] as const
        kernels.adamStep(length, ...vectors, beta1, beta2, size, correction, epsilon, kept)
      }
    }
  }
}

const root = (config: RootConfig, { length }: Layout): Rule => {
  const { kept, added } = rootFactors(config)
  return {
    moments: 1,
    step: (kernels, x, g, [v], rate) =>
      kernels.rootStep(length, x, g, v!, kept, added, rate, config.epsilon)
  }
}

const lion = ({ beta1, beta2, weightDecay }: LionConfig, { tensors }: Layout): Rule => {
  const runs = runsOf(tensors, weightDecay)
  return {
    moments: 1,
    step: (kernels, x, g, [m], rate) => {
      for (const { offset, size, decays } of runs) {
        const kept = decays ? 1 - rate * weightDecay : 1
        const at = FLOAT * offset
        kernels.lionStep(size, x + at, g + at, m! + at, beta1, beta2, rate, kept)
      }
    }
  }
}

const ruleOf = (config: OptimizerConfig, layout: Layout): Rule => {
  switch (config.name) {
    case 'sgd':
      return sgd(config, layout)
    case 'adam':
      return adam(config, layout)
    case 'rmsprop':
    case 'adagrad':
      return root(config, layout)
    case 'lion':
      return lion(config, layout)
  }
}

/** A new optimiser's update; it counts its steps. */
export const createUpdate = (config: OptimizerConfig, layout: Layout): Update => {
  const rule = ruleOf(config, layout)
  let t = 0
  return {
    moments: rule.moments,
    step: (kernels, x, g, moments, rate) => {
      t += 1
      rule.step(kernels, x, g, moments, rate, t)
    },
    forget: () => {
      t = 0
    },
    pack: (moments) => packState(config, { moments, steps: t, shares: null }),
    unpack: (saved) => {
      const { moments, steps } = unpackState(config, layout.length, saved)
      t = steps
      return moments
    }
  }
}
