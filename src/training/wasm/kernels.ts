type Pointer = number

/** What wasm/nn exports; the comments are there. Pointers in bytes, sizes and strides in elements. */
export interface Kernels {
  gemm(
    ...call: [
      m: number,
      n: number,
      k: number,
      a: Pointer,
      aStride: number,
      b: Pointer,
      bStride: number,
      c: Pointer,
      cStride: number,
      add: 0 | 1,
      scratch: Pointer
    ]
  ): void
  transpose(
    ...call: [
      rows: number,
      columns: number,
      from: Pointer,
      fromStride: number,
      to: Pointer,
      toStride: number
    ]
  ): void
  addBias(...call: [rows: number, width: number, bias: Pointer, x: Pointer]): void
  addBiasRelu(...call: [rows: number, width: number, bias: Pointer, x: Pointer]): void
  reluBackward(...call: [rows: number, width: number, h: Pointer, d: Pointer, sums: Pointer]): void
  sumRows(...call: [rows: number, width: number, x: Pointer, sums: Pointer]): void
  causalSoftmax(...call: [time: number, scale: number, scores: Pointer]): void
  causalSoftmaxBackward(...call: [time: number, scale: number, weights: Pointer, d: Pointer]): void
  normForward(
    ...call: [
      rows: number,
      width: number,
      x: Pointer,
      gain: Pointer,
      bias: Pointer,
      normal: Pointer,
      inverse: Pointer,
      y: Pointer
    ]
  ): void
  normBackward(
    ...call: [
      rows: number,
      width: number,
      dy: Pointer,
      gain: Pointer,
      normal: Pointer,
      inverse: Pointer,
      dGain: Pointer,
      dBias: Pointer,
      dx: Pointer
    ]
  ): void
}
