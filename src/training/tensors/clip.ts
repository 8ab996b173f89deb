import * as tf from '@tensorflow/tfjs-core'
import type { ClipConfig } from '../../swarm/recipe.ts'
import type { Layout } from '../../vector/layout.ts'
import { LEAST_NORM, unitsOf } from '../clip.ts'
import { join } from './flat.ts'

/** Shrinks a gradient of this norm. // [parameters] -> [parameters] */
export type Clip = (gradient: tf.Tensor1D, norm: tf.Tensor) => tf.Tensor1D

/** Keeps the division by a norm apart from zero. */
const TINY = 1e-30

const shrunk = (gradient: tf.Tensor, norm: tf.Tensor, largest: tf.Tensor | number): tf.Tensor =>
  tf.mul(gradient, tf.minimum(1, tf.div(largest, tf.maximum(norm, TINY))))

/** As ../clip.ts has it, as operations of tfjs. `replica`: [parameters] */
export const clipTensors = (
  clip: ClipConfig,
  { tensors }: Layout,
  replica: tf.Tensor1D
): Clip | null => {
  if (clip === null) return null
  if (typeof clip === 'number')
    return (gradient, norm) => shrunk(gradient, norm, clip) as tf.Tensor1D
  return (gradient) =>
    join(
      tensors.map((tensor) => {
        const { units, rows } = unitsOf(tensor)
        const part = (whole: tf.Tensor1D): tf.Tensor =>
          tf.reshape(tf.slice(whole, tensor.offset, tensor.size), [rows, units])
        const own = part(gradient)
        if (clip.by === 'tensor') return shrunk(own, tf.norm(own), clip.norm)
        const size = tf.maximum(tf.norm(part(replica), 2, 0), LEAST_NORM)
        return shrunk(own, tf.norm(own, 2, 0), tf.mul(clip.share, size))
      })
    )
}
