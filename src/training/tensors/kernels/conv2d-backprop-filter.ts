import * as tf from '@tensorflow/tfjs-core'
import { tensorIn } from './registry.ts'

/** What `computeConv2DInfo` wants to know, as conv2d's two gradient kernels get it. */
type Attributes = tf.Conv2DBackpropFilterAttrs

/**
 * dW as a convolution: channels of x play the batch, the batch plays the channels, dy is the filter
 * and the stride is its dilation. The padded x is cut so that exactly [KH, KW] results come out.
 */
export const conv2DBackpropFilter: tf.KernelFunc = ({ inputs, attrs }) => {
  const x = tensorIn<tf.Tensor4D>(inputs, 'x') // [batch, height, width, in]
  const dy = tensorIn<tf.Tensor4D>(inputs, 'dy') // [batch, rows, columns, out]
  const { strides, pad, dataFormat, dimRoundingMode, filterShape } = attrs as unknown as Attributes
  if (dataFormat !== 'NHWC') throw new RangeError(`conv2d: ${dataFormat} is not supported`)
  const info = tf.backend_util.computeConv2DInfo(
    x.shape,
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode
  )
  const { padInfo, strideHeight, strideWidth } = info
  const [batch, height, width, channels] = x.shape
  const rows = (info.outHeight - 1) * strideHeight + info.filterHeight
  const columns = (info.outWidth - 1) * strideWidth + info.filterWidth
  return tf.tidy(() => {
    const padded = tf.pad(tf.transpose(x, [3, 1, 2, 0]), [
      [0, 0],
      [padInfo.top, Math.max(0, rows - height - padInfo.top)],
      [padInfo.left, Math.max(0, columns - width - padInfo.left)],
      [0, 0]
    ])
    const used = tf.slice(padded, [0, 0, 0, 0], [channels, rows, columns, batch])
    const filter = tf.transpose(dy, [1, 2, 0, 3]) // [rows, columns, batch, out]
    const result = tf.conv2d(used as tf.Tensor4D, filter as tf.Tensor4D, 1, 'valid', 'NHWC', [
      strideHeight,
      strideWidth
    ]) // [in, KH, KW, out]
    return tf.transpose(result, [1, 2, 0, 3])
  })
}
