/** A delta-set on a model of 40 parameters, as its parts are made from a recipe. */
import type { DeltaCodeOptions } from '../../../../src/compression/delta/index.ts'
import { seeded } from '../../../../src/random.ts'
import { createDeltaSet } from '../../../../src/strategy/delta-set/index.ts'
import type { DeltaKinds } from '../../../../src/strategy/delta-set/kinds.ts'
import type { Compute, Strategy, Trainer } from '../../../../src/strategy/strategy.ts'
import { layoutOf } from '../../../../src/vector/layout.ts'
import { recipeWith } from '../../../helpers/recipe.ts'
import { nothingSaved } from '../../../helpers/synthetic-trainers.ts'

export const MANIFEST = '5a'.repeat(32)

export const TINY = layoutOf([
  { name: 'a', shape: [5, 6] },
  { name: 'b', shape: [10] }
])

export const tinyCode: DeltaCodeOptions = {
  layout: TINY,
  values: 'one-bit',
  selection: { kind: 'global' },
  maxDensity: 0.1,
  maxScale: 4 * 2 ** 24
}

/** Everybody's first replica. */
export const tinyInitial = (): Float32Array<ArrayBuffer> => {
  const random = seeded(3)
  return Float32Array.from({ length: TINY.length }, () => random.normal())
}

/** Every local step moves towards a place of the peer's own; a row for each step. */
export const tinyTrainer = (index: number): Trainer => {
  const random = seeded(4).fork(index)
  const optimum = Float32Array.from({ length: TINY.length }, () => 3 * random.normal())
  return {
    ...nothingSaved,
    layout: TINY,
    initial: tinyInitial,
    train: (replica, steps) => {
      for (let step = 0; step < steps; step++) {
        for (let i = 0; i < replica.length; i++) replica[i]! += 0.1 * (optimum[i]! - replica[i]!)
      }
      return { loss: steps === 0 ? null : 1 + 1 / (index + 1), samples: steps }
    }
  }
}

export const tinyStrategy = (
  peers: number,
  rounds: number,
  options: object = {}
): Strategy<DeltaKinds> =>
  createDeltaSet(
    recipeWith({
      training: { learningRate: 0.1, localSteps: 2, steps: 2 * rounds, batch: 1 },
      strategy: { name: 'delta-set', density: 0.1, maxDensity: 0.1, ...options }
    }),
    TINY,
    { manifest: MANIFEST, peers, diagnostics: false }
  )

export const tinyCompute = (strategy: Strategy<DeltaKinds>, index: number): Compute<DeltaKinds> =>
  strategy.compute(tinyTrainer(index))
