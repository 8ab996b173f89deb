import * as tf from '@tensorflow/tfjs-core'
import type { Layout } from '../../../vector/layout.ts'
import type { ModelSides } from '../../models/model.ts'
import { RESIDUAL_BLOCKS, type ResidualBlock } from '../../models/resnet20-layout.ts'
import type { Form } from '../form.ts'
import { dense } from './dense.ts'
import { type Named, namedBy } from './named.ts'
import { groupNorm } from './normalise.ts'

/**
 * 3 x 3 with one line of zeros on every side of the image. At a stride of 2 the zeros are put there
 * first: `same` would leave out those above and left, and not every backend takes their number.
 */
const convolve = (x: tf.Tensor4D, kernel: tf.Tensor4D, stride: number): tf.Tensor4D => {
  if (stride === 1) return tf.conv2d(x, kernel, 1, 'same')
  const framed = tf.pad(x, [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0]
  ])
  return tf.conv2d(framed, kernel, stride, 'valid')
}

/**
 * What is added to a block's result (He et al. 2016, option A): x itself, or every other row and
 * column of it, with channels of zeros behind its own. Windows of one pixel pick them, since pooling
 * has a gradient, which strided slices lack.
 */
const shortcut = (x: tf.Tensor4D, { stride, maps, channels }: ResidualBlock): tf.Tensor4D => {
  if (stride === 1) return x
  return tf.pad(tf.maxPool(x, 1, stride, 'valid'), [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, channels - maps]
  ])
}

type Norm = (z: tf.Tensor4D, name: string) => tf.Tensor4D

const residual = (x: tf.Tensor4D, block: ResidualBlock, of: Named, norm: Norm): tf.Tensor4D => {
  const { name, stride } = block
  const h = tf.relu(norm(convolve(x, of(`${name}/conv0/kernel`), stride), `${name}/norm0`))
  const y = norm(convolve(h, of(`${name}/conv1/kernel`), 1), `${name}/norm1`)
  return tf.relu(tf.add(y, shortcut(x, block)))
}

/** The residual network of 20 layers (He et al. 2016, section 4.2), with group normalisation. */
export const resnet20Form = (layout: Layout, shape: ModelSides['shape'], groups: number): Form => {
  const named = namedBy(layout)
  return (parameters, x) => {
    const of = named(parameters)
    const norm: Norm = (z, name) => groupNorm(z, groups, of(`${name}/gain`), of(`${name}/bias`))
    const images: tf.Tensor4D = tf.reshape(x, [x.shape[0], ...shape])
    let h = tf.relu(norm(convolve(images, of('conv/kernel'), 1), 'norm'))
    for (const block of RESIDUAL_BLOCKS) h = residual(h, block, of, norm)
    return dense(tf.mean(h, [1, 2]), of('dense/kernel'), of('dense/bias'))
  }
}
