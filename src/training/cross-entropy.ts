/**
 * Softmax cross-entropy on the few numbers of one batch's logits, in float64 and without tfjs:
 * for [32, 10] a loop costs less than the dispatch of one tensor operation.
 */

const logSumExp = (logits: ArrayLike<number>, start: number, classes: number): number => {
  let largest = Number.NEGATIVE_INFINITY
  for (let c = start; c < start + classes; c++) largest = Math.max(largest, logits[c]!)
  let sum = 0
  for (let c = start; c < start + classes; c++) sum += Math.exp(logits[c]! - largest)
  return largest + Math.log(sum)
}

/** Sum over the rows of -log softmax(logits)[label]. */
export const crossEntropySum = (
  logits: ArrayLike<number>, // [rows, classes]
  labels: ArrayLike<number>, // [rows]
  classes: number
): number => {
  let sum = 0
  for (let row = 0; row < labels.length; row++) {
    const start = row * classes
    sum += logSumExp(logits, start, classes) - logits[start + labels[row]!]!
  }
  return sum
}
