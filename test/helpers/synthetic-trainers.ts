import { type Random, seeded } from '../../src/random.ts'
import type { Trainer } from '../../src/strategy/strategy.ts'
import { layoutOf } from '../../src/vector/layout.ts'
import type { Vector } from '../../src/vector/vector.ts'

/** Of trainers whose next step depends on nothing but the replica. */
export const nothingSaved: Pick<Trainer, 'save' | 'restore'> = {
  save: () => ({ vectors: {}, data: null }),
  restore: () => {}
}

const randomVector = (random: Random, length: number): Vector =>
  Float32Array.from({ length }, () => random.normal())

/** Peers that begin apart and never train: what is left is averaging. */
export const averagingTrainers = (peers: number, length: number, seed: number): Trainer[] =>
  Array.from({ length: peers }, (_, peer) => ({
    ...nothingSaved,
    layout: layoutOf([{ name: 'x', shape: [length] }]),
    initial: () => randomVector(seeded(seed).fork('initial').fork(peer), length),
    train: (_replica, steps) => ({ loss: steps === 0 ? null : 0, samples: 0 })
  }))

export interface QuadraticTrainer extends Trainer {
  readonly optimum: Vector
}

/**
 * Peer i descends 1/2 |x - c_i|^2 with a fixed rate, from zero. The swarm's optimum is the mean of
 * the c_i; each peer's own pulls it away.
 */
export const quadraticTrainers = (
  peers: number,
  length: number,
  rate: number,
  seed: number
): QuadraticTrainer[] =>
  Array.from({ length: peers }, (_, peer) => {
    const optimum = randomVector(seeded(seed).fork('optimum').fork(peer), length)
    return {
      ...nothingSaved,
      optimum,
      layout: layoutOf([{ name: 'x', shape: [length] }]),
      initial: () => new Float32Array(length),
      train: (replica, steps, _from, correction = null) => {
        for (let step = 0; step < steps; step++) {
          for (let i = 0; i < length; i++) {
            const gradient = replica[i]! - optimum[i]! + (correction?.[i] ?? 0)
            replica[i] = replica[i]! - rate * gradient
          }
        }
        return { loss: steps === 0 ? null : 0, samples: steps }
      }
    }
  })
