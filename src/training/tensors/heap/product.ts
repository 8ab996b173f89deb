import * as tf from '@tensorflow/tfjs-core'
import type { Heap } from './heap.ts'

const FLOAT = 4

/** One of two factors: batches of matrices, each perhaps stored transposed. */
interface Factor {
  readonly at: number
  readonly batches: readonly number[]
  readonly rows: number
  readonly columns: number
  /** Elements from one row to the next, and from one column. */
  readonly down: number
  readonly right: number
}

const factor = (heap: Heap, tensor: tf.TensorInfo, transposed: boolean): Factor => {
  const [height, width] = tensor.shape.slice(-2) as [number, number]
  const place = { at: heap.at(tensor), batches: tensor.shape.slice(0, -2) }
  return transposed
    ? { ...place, rows: width, columns: height, down: 1, right: width }
    : { ...place, rows: height, columns: width, down: width, right: 1 }
}

/** Of matrix number `index` of `batches`, where a side of 1 stands for any number. */
const matrixAt = ({ at, batches, rows, columns }: Factor, of: readonly number[], index: number) => {
  let left = index
  let offset = 0
  let step = rows * columns
  for (let axis = 1; axis <= of.length; axis++) {
    const side = of.at(-axis)!
    const own = batches.at(-axis) ?? 1
    offset += (own === 1 ? 0 : left % side) * step
    left = Math.floor(left / side)
    if (axis <= batches.length) step *= own
  }
  return at + FLOAT * offset
}

const onlyFloats = (...tensors: readonly tf.TensorInfo[]): boolean =>
  tensors.every(({ dtype, shape }) => dtype === 'float32' && !shape.includes(0))

/** out = a b, + bias in every row where there is one. */
const multiply = (
  heap: Heap,
  { inputs, attrs }: Parameters<tf.KernelFunc>[0],
  bias: tf.TensorInfo | undefined
): tf.TensorInfo => {
  const { transposeA, transposeB } = attrs as unknown as tf.BatchMatMulAttrs
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(
    inputs['a']!.shape.slice(0, -2),
    inputs['b']!.shape.slice(0, -2)
  )
  const rows = inputs['a']!.shape.at(transposeA ? -1 : -2)!
  const columns = inputs['b']!.shape.at(transposeB ? -2 : -1)!
  const out = heap.make([...outer, rows, columns])
  const a = factor(heap, inputs['a']!, transposeA)
  const b = factor(heap, inputs['b']!, transposeB)
  const to = heap.at(out)
  const start = bias === undefined ? 0 : heap.at(bias)
  const count = outer.reduce((product, side) => product * side, 1)
  for (let i = 0; i < count; i++) {
    heap.kernels.gemm(
      rows,
      columns,
      a.columns,
      matrixAt(a, outer, i),
      a.down,
      a.right,
      matrixAt(b, outer, i),
      b.down,
      b.right,
      to + FLOAT * i * rows * columns,
      columns,
      start,
      0,
      heap.packed
    )
  }
  return out
}

/** All transposes and batches: transposing exchanges strides. */
export const heapBatchMatMul =
  (heap: Heap) =>
  (shipped: tf.KernelFunc): tf.KernelFunc =>
  (call) =>
    onlyFloats(call.inputs['a']!, call.inputs['b']!)
      ? multiply(heap, call, undefined)
      : shipped(call)

/** With a bias; with an activation the shipped kernel. tf.layers asks for it in training where there is none. */
export const heapFusedMatMul =
  (heap: Heap) =>
  (shipped: tf.KernelFunc): tf.KernelFunc =>
  (call) => {
    const { a, b, bias } = call.inputs
    const { activation } = call.attrs as unknown as tf._FusedMatMulAttrs
    const simple = activation === 'linear' && (bias === undefined || bias.shape.length === 1)
    const fits = simple && onlyFloats(a!, b!, ...(bias === undefined ? [] : [bias]))
    return fits ? multiply(heap, call, bias) : shipped(call)
  }
