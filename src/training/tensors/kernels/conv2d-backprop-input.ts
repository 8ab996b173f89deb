import * as tf from '@tensorflow/tfjs-core'
import { tensorIn } from './registry.ts'

/**
 * dx at stride 1 is a convolution of dy with the filter turned by 180 degrees and its channels
 * swapped, padded by what is left of the filter: XNNPACK instead of the shipped scalar loop.
 */
export const fasterConv2DBackpropInput =
  (shipped: tf.KernelFunc): tf.KernelFunc =>
  (call) => {
    const dy = tensorIn<tf.Tensor4D>(call.inputs, 'dy') // [batch, rows, columns, out]
    const filter = tensorIn<tf.Tensor4D>(call.inputs, 'filter') // [KH, KW, in, out]
    const { strides, pad, dataFormat, dimRoundingMode, inputShape } =
      call.attrs as unknown as tf.Conv2DBackpropInputAttrs
    if (dataFormat !== 'NHWC') return shipped(call)
    const info = tf.backend_util.computeConv2DInfo(
      inputShape,
      filter.shape,
      strides,
      1,
      pad,
      dimRoundingMode
    )
    const { top, bottom, left, right } = info.padInfo
    const vertical: [number, number] = [info.filterHeight - 1 - top, info.filterHeight - 1 - bottom]
    const horizontal: [number, number] = [info.filterWidth - 1 - left, info.filterWidth - 1 - right]
    const covered = [...vertical, ...horizontal].every((side) => side >= 0)
    if (info.strideHeight !== 1 || info.strideWidth !== 1 || !covered) return shipped(call)
    return tf.tidy(() => {
      const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]) as tf.Tensor4D
      return tf.conv2d(dy, turned, 1, [[0, 0], vertical, horizontal, [0, 0]])
    })
  }
