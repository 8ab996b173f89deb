import * as tf from '@tensorflow/tfjs-core'
import { tensorIn } from './registry.ts'

/**
 * out[s] = sum of x[i] over all i with segmentIds[i] = s: the gradient of `gather`.
 * ScatterNd adds where indices repeat, which is the same thing.
 */
export const unsortedSegmentSum: tf.KernelFunc = ({ inputs, attrs }) => {
  const x = tensorIn(inputs, 'x') // [...segment shape, ...row shape]
  const ids = tensorIn(inputs, 'segmentIds')
  const { numSegments } = attrs as unknown as tf.UnsortedSegmentSumAttrs
  const width = x.size / ids.size
  return tf.tidy(() => {
    const rows = tf.reshape(x, [ids.size, width])
    const sums = tf.scatterND(tf.reshape(ids, [ids.size, 1]), rows, [numSegments, width])
    return tf.reshape(sums, [numSegments, ...x.shape.slice(ids.rank)])
  })
}
