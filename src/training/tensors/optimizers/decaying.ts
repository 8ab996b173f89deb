import * as tf from '@tensorflow/tfjs-core'
import type { Layout } from '../../../vector/layout.ts'

/** 1 in tensors that decay, those of more than one side; 0 elsewhere. // [parameters] */
export const decaying = (layout: Layout): tf.Tensor1D => {
  const mask = new Float32Array(layout.length)
  for (const { shape, offset, size } of layout.tensors) {
    if (shape.length > 1) mask.fill(1, offset, offset + size)
  }
  return tf.tensor1d(mask)
}

/** What weight decay leaves of x where the mask is 1; without a mask all. */
export const kept = (x: tf.Tensor, mask: tf.Tensor | undefined, share: tf.Tensor): tf.Tensor =>
  mask === undefined ? x : tf.mul(x, tf.sub(1, tf.mul(mask, share)))
