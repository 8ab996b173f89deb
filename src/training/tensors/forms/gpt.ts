import * as tf from '@tensorflow/tfjs-core'
import type { Layout } from '../../../vector/layout.ts'
import type { GptConfig } from '../../models/gpt-layout.ts'
import type { Form } from '../form.ts'
import { causalAttention, type Sides } from './attention.ts'
import { dense } from './dense.ts'
import { embedding } from './embedding.ts'
import { gelu } from './gelu.ts'
import { type Named, namedBy } from './named.ts'
import { layerNorm } from './normalise.ts'

const normOf = (z: tf.Tensor2D, of: Named, name: string): tf.Tensor2D =>
  layerNorm(z, of(`${name}/gain`), of(`${name}/bias`))

const denseOf = (z: tf.Tensor2D, of: Named, name: string): tf.Tensor2D =>
  dense(z, of<tf.Tensor2D>(`${name}/kernel`), of(`${name}/bias`))

/** One layer: attention and a hidden layer, each added to what passes. // z [examples time, width] */
const block = (
  z: tf.Tensor2D,
  of: Named,
  name: string,
  sides: Sides,
  activation: GptConfig['activation']
): tf.Tensor2D => {
  const kernel = of<tf.Tensor2D>(`${name}/attention/kernel`)
  const qkv: tf.Tensor2D = tf.matMul(normOf(z, of, `${name}/norm0`), kernel)
  const seen = causalAttention(qkv, sides)
  const y = tf.add(z, tf.matMul(seen, of<tf.Tensor2D>(`${name}/projection/kernel`))) as tf.Tensor2D
  const hidden = denseOf(normOf(y, of, `${name}/norm1`), of, `${name}/dense0`)
  const h = activation === 'gelu' ? gelu(hidden) : tf.relu(hidden)
  return tf.add(y, denseOf(h, of, `${name}/dense1`))
}

/** A decoder-only transformer, normalising before each part (models/gpt-layout.ts names its tensors). */
export const gptForm = (layout: Layout, { layers, heads, activation, tied }: GptConfig): Form => {
  const named = namedBy(layout)
  return (parameters, x) => {
    const of = named(parameters)
    const [examples, time] = x.shape
    const characters = of<tf.Tensor2D>('embedding/characters')
    const width = characters.shape[1]
    const read = embedding(characters, tf.reshape(x, [examples * time]))
    const placed = tf.add(tf.reshape(read, [examples, time, width]), of('embedding/places'))
    let z: tf.Tensor2D = tf.reshape(placed, [examples * time, width])
    for (let layer = 0; layer < layers; layer++) {
      z = block(z, of, `block${layer}`, { examples, time, heads }, activation)
    }
    const y = normOf(z, of, 'norm')
    return tied
      ? tf.matMul(y, characters, false, true)
      : tf.matMul(y, of<tf.Tensor2D>('head/kernel'))
  }
}
