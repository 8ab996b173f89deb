import type { Bytes } from '../../vector/vector.ts'
import type { Machine } from './machine.ts'
import type { Matrix } from './matrix.ts'

/**
 * Mean softmax cross-entropy of logits in memory, one row for each label; the logits become the
 * gradient of that mean.
 */
export const createMeanLoss = (
  machine: Machine,
  logits: Matrix // [labels, classes]
): ((labels: Bytes) => number) => {
  const { rows, columns: classes } = logits
  const place = machine.matrix(1, Math.ceil(rows / 4))
  return (labels) => {
    machine.octets(place).set(labels)
    return machine.kernels.crossEntropy(rows, classes, logits.at, place.at, 1 / rows) / rows
  }
}
