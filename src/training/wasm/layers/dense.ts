import type { Machine } from '../machine.ts'
import type { Matrix } from '../matrix.ts'
import type { ProgramInit } from '../program.ts'

/** One dense layer of a stack, and what it leaves for its gradient. */
export interface DenseLayer {
  readonly kernel: Matrix // [in, out]
  readonly bias: Matrix // [1, out]
  readonly dKernel: Matrix
  readonly dBias: Matrix
  /** What comes in: that of the layer before. // [examples, in] */
  readonly x: Matrix
  /** x kernel + bias; behind a ReLU in all layers but the last. Then, of the last, its gradient. // [examples, out] */
  readonly h: Matrix
  /** Gradient of x, or null for the first of the stack. */
  readonly dx: Matrix | null
}

/** Layers `dense0`, `dense1`, ... on top of `x`. `below`: whether the gradient of x is wanted. */
export const createDense = (
  { machine, examples, parameters, gradients }: ProgramInit,
  x: Matrix,
  count: number,
  below = false
): readonly DenseLayer[] => {
  const layers: DenseLayer[] = []
  for (let i = 0; i < count; i++) {
    const input = layers.at(-1)?.h ?? x
    const kernel = parameters.at(`dense${i}/kernel`)
    layers.push({
      kernel,
      bias: parameters.at(`dense${i}/bias`),
      dKernel: gradients.at(`dense${i}/kernel`),
      dBias: gradients.at(`dense${i}/bias`),
      x: input,
      h: machine.matrix(examples, kernel.columns),
      dx: i > 0 || below ? machine.matrix(examples, input.columns) : null
    })
  }
  return layers
}

export const denseForward = (
  { kernels, algebra }: Machine,
  layers: readonly DenseLayer[]
): void => {
  const last = layers.at(-1)
  for (const layer of layers) {
    const { x, kernel, bias, h } = layer
    algebra.multiply(x, kernel, h)
    if (layer === last) kernels.addBias(h.rows, h.columns, bias.at, h.at)
    else kernels.addBiasRelu(h.rows, h.columns, bias.at, h.at)
  }
}

/** From the gradient of the last layer's h, which lies in its place. */
export const denseBackward = (
  { kernels, algebra }: Machine,
  layers: readonly DenseLayer[]
): void => {
  let d = layers.at(-1)!.h
  kernels.sumRows(d.rows, d.columns, d.at, layers.at(-1)!.dBias.at)
  layers.toReversed().forEach(({ x, kernel, dKernel, dx }, i) => {
    algebra.multiplyTurned(x, d, dKernel)
    if (dx === null) return
    algebra.multiplyByTurned(d, kernel, dx)
    const below = layers.at(-2 - i)
    if (below !== undefined) kernels.reluBackward(dx.rows, dx.columns, x.at, dx.at, below.dBias.at)
    d = dx
  })
}
