import { log } from './log'
import { largest, multiplyRow, powers } from './softmax'

const FLOAT: usize = 4

/**
 * Sum over the rows of -log softmax(logits)[label]; the logits become its gradient times `factor`,
 * (softmax - one-hot) factor. // logits [rows, classes]; labels [rows], bytes below `classes`
 */
export function crossEntropy(
  rows: usize,
  classes: usize,
  logits: usize,
  labels: usize,
  factor: f32
): f64 {
  let loss: f64 = 0
  for (let row: usize = 0; row < rows; row++, logits += classes * FLOAT) {
    const own = logits + <usize>load<u8>(labels + row) * FLOAT
    const most = largest(logits, classes)
    const before = <f64>most - <f64>load<f32>(own)
    const sum = powers(logits, classes, most, 1)
    loss += log(<f64>sum) + before
    multiplyRow(logits, classes, factor / sum)
    f32.store(own, load<f32>(own) - factor)
  }
  return loss
}
