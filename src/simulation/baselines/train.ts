import type { Trainer } from '../../strategy/strategy.ts'
import type { Recipe } from '../../swarm/recipe.ts'
import type { Bench } from '../../training/bench.ts'
import type { Evaluator } from '../../training/evaluate.ts'
import { allReduceBytes, centralisedBytes } from './bytes.ts'
import type { Job, Score } from './jobs.ts'

/** Gradients between two reports of progress. */
const STRIDE = 100

/** An open bench, and the rows that replicas are measured on. */
export interface Place {
  readonly bench: Bench
  readonly recipe: Recipe
  readonly peers: number
  readonly evaluator: Evaluator
}

interface Trainee {
  readonly trainer: Trainer
  /** Gradients of one step. */
  readonly gradients: number
  readonly bytesPerPeer: number
}

const traineeOf = ({ bench, recipe, peers }: Place, job: Job): Trainee => {
  const { baseline, replica, learningRate } = job
  switch (baseline) {
    case 'alone':
      return { trainer: bench.trainer(replica, learningRate), gradients: 1, bytesPerPeer: 0 }
    case 'centralised': {
      const trainer = bench.centralised(learningRate)
      const bytesPerPeer = centralisedBytes(peers, trainer.rows, bench.width)
      return { trainer, gradients: 1, bytesPerPeer }
    }
    case 'all-reduce': {
      const bytesPerPeer = allReduceBytes(peers, bench.layout.length, recipe.training.steps)
      return { trainer: bench.allReduce(learningRate), gradients: peers, bytesPerPeer }
    }
  }
}

/** Trains one replica and measures it. */
export const trainReplica = (place: Place, job: Job, onSteps: (count: number) => void): Score => {
  const { steps } = place.recipe.training
  const { trainer, gradients, bytesPerPeer } = traineeOf(place, job)
  const replica = trainer.initial()
  const stride = Math.max(1, Math.floor(STRIDE / gradients))
  for (let done = 0; done < steps; done += stride) {
    const count = Math.min(stride, steps - done)
    trainer.train(replica, count, done)
    onSteps(count)
  }
  const { accuracy, loss } = place.evaluator.evaluate(replica)
  return { accuracy, loss, bytesPerPeer }
}
