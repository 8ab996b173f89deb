/** Losses of the convolutional models in plain float64 loops over one image at a time. */
import type { Layout } from '../../../../src/vector/layout.ts'
import {
  type Case,
  convolved,
  groupNormed,
  outputSides,
  pooled,
  type Sides
} from './conv-oracle.ts'

type Values = ArrayLike<number>
type Tensor = (name: string) => Float64Array

const tensorsOf =
  (layout: Layout, parameters: Float64Array): Tensor =>
  (name) => {
    const { offset, size } = layout.tensors.find((slot) => slot.name === name)!
    return parameters.subarray(offset, offset + size)
  }

interface Image extends Sides {
  readonly values: Values
}

const convolve = (image: Image, kernel: Float64Array, out: number, slide: Case['slide']): Image => {
  const of = { ...image, out, slide }
  return { ...outputSides(of), values: convolved(of, image.values, kernel) }
}

const dense = (x: Values, kernel: Float64Array, bias: Float64Array): Float64Array =>
  bias.map((start, o) => {
    let sum = start
    for (let i = 0; i < x.length; i++) sum += x[i]! * kernel[i * bias.length + o]!
    return sum
  })

const crossEntropy = (logits: Float64Array, label: number): number =>
  Math.log(logits.reduce((sum, z) => sum + Math.exp(z), 0)) - logits[label]!

const resnet20Logits = (tensor: Tensor, image: Image, groups: number): Float64Array => {
  const layer = (
    x: Image,
    [conv, norm]: readonly [string, string],
    stride: number,
    past?: Values
  ) => {
    const gain = tensor(`${norm}/gain`)
    const slide = { side: 3, stride, before: 1, after: 1 }
    const z = convolve(x, tensor(`${conv}/kernel`), gain.length, slide)
    const affine = [
      gain,
      tensor(`${norm}/bias`),
      past ?? new Float64Array(z.values.length)
    ] as const
    return { ...z, values: groupNormed(z.values, affine, groups) }
  }
  /** Option A: every other place, zeros in the new channels. */
  const shortcut = (x: Image, stride: number, sides: Sides): Float64Array => {
    const { height, width, channels } = sides
    return Float64Array.from({ length: height * width * channels }, (_, i) => {
      const c = i % channels
      const place = Math.floor(i / channels)
      const [row, column] = [stride * Math.floor(place / width), stride * (place % width)]
      return c < x.channels ? x.values[(row * x.width + column) * x.channels + c]! : 0
    })
  }
  let h: Image = layer(image, ['conv', 'norm'], 1)
  for (const stage of [0, 1, 2]) {
    for (const block of [0, 1, 2]) {
      const stride = stage > 0 && block === 0 ? 2 : 1
      const name = `stage${stage}/block${block}`
      const middle = layer(h, [`${name}/conv0`, `${name}/norm0`], stride)
      const past = shortcut(h, stride, middle)
      h = layer(middle, [`${name}/conv1`, `${name}/norm1`], 1, past)
    }
  }
  const places = h.height * h.width
  const means = new Float64Array(h.channels)
  for (let i = 0; i < h.values.length; i++) means[i % h.channels]! += h.values[i]! / places
  return dense(means, tensor('dense/kernel'), tensor('dense/bias'))
}

interface Convolution {
  readonly channels: number
  readonly kernel: number
  readonly padding: 'same' | 'valid'
}

const cnnLogits = (
  tensor: Tensor,
  image: Image,
  convolutions: readonly Convolution[],
  hidden: number
): Float64Array => {
  let x = image
  convolutions.forEach(({ channels, kernel, padding }, i) => {
    const zeros = padding === 'same' ? kernel - 1 : 0
    const before = Math.floor(zeros / 2)
    const slide = { side: kernel, stride: 1, before, after: zeros - before }
    const z = convolve(x, tensor(`conv${i}/kernel`), channels, slide)
    const { h } = pooled(z, z.values, tensor(`conv${i}/bias`))
    x = { height: z.height >> 1, width: z.width >> 1, channels, values: h }
  })
  let { values } = x
  for (let i = 0; i <= hidden; i++) {
    const z = dense(values, tensor(`dense${i}/kernel`), tensor(`dense${i}/bias`))
    values = i < hidden ? z.map((value) => Math.max(0, value)) : z
  }
  return Float64Array.from(values)
}

type Config =
  | { readonly name: 'resnet20'; readonly groups: number }
  | {
      readonly name: 'cnn'
      readonly convolutions: readonly Convolution[]
      readonly hidden: readonly number[]
    }

/** Mean cross-entropy of a batch, as a function of the parameters. */
export const lossOf =
  (config: Config, layout: Layout, sides: Sides, x: Float32Array, labels: ArrayLike<number>) =>
  (parameters: Float64Array): number => {
    const tensor = tensorsOf(layout, parameters)
    const features = sides.height * sides.width * sides.channels
    let sum = 0
    for (let i = 0; i < labels.length; i++) {
      const image = { ...sides, values: x.subarray(i * features, (i + 1) * features) }
      const logits =
        config.name === 'cnn'
          ? cnnLogits(tensor, image, config.convolutions, config.hidden.length)
          : resnet20Logits(tensor, image, config.groups)
      sum += crossEntropy(logits, labels[i]!)
    }
    return sum / labels.length
  }
