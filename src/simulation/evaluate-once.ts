import type { Evaluation, Evaluator } from '../training/evaluate.ts'
import { sameBits } from '../vector/same.ts'
import type { Vector } from '../vector/vector.ts'

/** Measures a replica that equals the one before it, as those of a swarm in agreement do, only once. */
export const evaluateOnce = ({ evaluate }: Evaluator): ((replica: Vector) => Evaluation) => {
  let latest: { readonly replica: Vector; readonly evaluation: Evaluation } | null = null
  return (replica) => {
    if (latest === null || !sameBits(latest.replica, replica)) {
      latest = { replica: replica.slice(), evaluation: evaluate(replica) }
    }
    return latest.evaluation
  }
}
