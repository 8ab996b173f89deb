/**
 * Vectors to the device and back. Every crossing is a copy: tfjs's cpu backend would compute in the
 * caller's own buffer, others read it only when the tensor is first used, and what `data()` returns
 * may be the tensor itself.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { Vector } from '../../vector/vector.ts'
import type { Batch } from '../batch.ts'
import { failIfFaulty } from './faults.ts'

export const upload = (vector: Vector): tf.Tensor1D => tf.tensor1d(vector.slice())

/**
 * Waits for the device; WebGPU cannot be read otherwise. The values may be the tensor's own: use them
 * at once. Throws RunFailedError where the device has failed.
 */
export const valuesOf = async (tensor: tf.Tensor): Promise<Float32Array> => {
  try {
    return (await tensor.data()) as Float32Array
  } finally {
    failIfFaulty()
  }
}

export const download = async (tensor: tf.Tensor, into: Vector): Promise<void> => {
  into.set(await valuesOf(tensor))
}

export interface BatchTensors {
  readonly x: tf.Tensor2D // [examples, features]; of text int32, [examples, places]
  readonly labels: tf.Tensor1D // int32 [examples places]
}

/** `places`: labels of one example. */
export const uploadBatch = ({ x, labels }: Batch, places: number): BatchTensors => {
  const examples = labels.length / places
  const sides: [number, number] = [examples, x.length / examples]
  return {
    x:
      x instanceof Float32Array
        ? tf.tensor2d(x.slice(), sides)
        : tf.tensor2d(Int32Array.from(x), sides, 'int32'),
    labels: tf.tensor1d(Int32Array.from(labels), 'int32')
  }
}
