/** One baseline: the learning rates of the grid, the choice between them, and the run that counts. */
import type { Baseline, BaselineName } from '../../storage/results.ts'
import { finite, mean, spread } from '../mean.ts'
import { chooseTrial, type Trial } from './choose.ts'
import type { Score } from './jobs.ts'
import type { RunJob } from './pool.ts'

export interface BaselineInit {
  readonly name: BaselineName
  readonly peers: number
  readonly steps: number
  /** The scenario's own. */
  readonly learningRate: number
  /** Times that rate; one of them is chosen. Empty: none is tried. */
  readonly factors: readonly number[]
  readonly run: RunJob
  /** 0..1 */
  readonly onProgress: (done: number) => void
}

export interface BaselineRun {
  readonly baseline: Baseline
  /** Test accuracy of every replica; null without classes. */
  readonly accuracies: readonly number[] | null
}

/** Null without classes, or without rows to be right about. */
const accuraciesOf = (scores: readonly Score[]): readonly number[] | null => {
  const accuracies = scores.map(({ accuracy }) => accuracy).filter((value) => value !== null)
  return accuracies.length === scores.length && accuracies.every(Number.isFinite)
    ? accuracies
    : null
}

const meanOf = (scores: readonly Score[]): Pick<Trial, 'accuracy' | 'loss'> => {
  const accuracies = accuraciesOf(scores)
  return {
    accuracy: accuracies === null ? null : mean(accuracies),
    loss: finite(mean(scores.map(({ loss }) => loss)))
  }
}

const summaryOf = (scores: readonly Score[]): Pick<Baseline, 'accuracy' | 'loss'> => {
  const accuracies = accuraciesOf(scores)
  const losses = scores.map(({ loss }) => loss)
  const numbers = losses.filter(Number.isFinite)
  return {
    accuracy: accuracies && spread(accuracies),
    loss: {
      mean: finite(mean(losses)),
      worst: finite(Math.max(...losses)),
      best: finite(Math.min(...numbers))
    }
  }
}

export const runBaseline = async (init: BaselineInit): Promise<BaselineRun> => {
  const { name, steps, factors, run, onProgress } = init
  const replicas = name === 'alone' ? init.peers : 1
  const all = replicas * steps * (factors.length + 1)
  let taken = 0
  const onSteps = (count: number): void => {
    taken += count
    if (taken < all) onProgress(taken / all)
  }
  const scoresOf = (learningRate: number, tuning: boolean): Promise<Score[]> =>
    Promise.all(
      Array.from({ length: replicas }, (_, replica) =>
        run({ baseline: name, replica, learningRate, tuning }, onSteps)
      )
    )
  const trialOf = async (factor: number): Promise<Trial> => {
    const learningRate = init.learningRate * factor
    return { factor, learningRate, ...meanOf(await scoresOf(learningRate, true)) }
  }

  const trials = await Promise.all(factors.map(trialOf))
  const { learningRate } = chooseTrial(trials) ?? init
  const scores = await scoresOf(learningRate, false)
  onProgress(1)
  return {
    accuracies: accuraciesOf(scores),
    baseline: {
      name,
      ...summaryOf(scores),
      learningRate,
      grid: trials.map(({ learningRate, accuracy, loss }) => ({ learningRate, accuracy, loss })),
      bytesPerPeer: scores[0]!.bytesPerPeer
    }
  }
}
