import * as tf from '@tensorflow/tfjs-core'
import { oneHot } from '../one-hot.ts'

/**
 * Rows of a table. The gradient of `gather` is a segment sum; a backend that has none multiplies by
 * the indicators instead. // table [vocabulary, width], ids int32 [count]; returns [count, width]
 */
export const embedding = (table: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D => {
  const differentiable = tf.getKernel('UnsortedSegmentSum', tf.getBackend()) !== undefined
  if (differentiable) return tf.gather(table, ids)
  return tf.matMul(oneHot(ids, table.shape[0]), table)
}
