type Pointer = number

/** Room that products need to pack their factors, in elements; whatever the sizes. */
export const GEMM_SCRATCH = 0x50000

/**
 * What wasm/nn exports; the comments are there. Pointers in bytes, sizes and strides in elements;
 * matrices without a stride have no gaps.
 */
export interface Kernels {
  /** c [m, n] = start + a [m, k] b [k, n]. `start` 0: nothing; with startRow 0 one row for all. */
  gemm(
    ...call: [
      m: number,
      n: number,
      k: number,
      a: Pointer,
      aRow: number,
      aColumn: number,
      b: Pointer,
      bRow: number,
      bColumn: number,
      c: Pointer,
      cRow: number,
      start: Pointer,
      startRow: number,
      scratch: Pointer
    ]
  ): void
  addBias(...call: [rows: number, width: number, bias: Pointer, x: Pointer]): void
  addBiasRelu(...call: [rows: number, width: number, bias: Pointer, x: Pointer]): void
  reluBackward(...call: [rows: number, width: number, h: Pointer, d: Pointer, sums: Pointer]): void
  /** h = gelu(z + bias), and z becomes the slope there. */
  addBiasGelu(...call: [rows: number, width: number, bias: Pointer, z: Pointer, h: Pointer]): void
  /** d *= slope, and sums = those of d over the rows. */
  geluBackward(
    ...call: [rows: number, width: number, slope: Pointer, d: Pointer, sums: Pointer]
  ): void
  sumRows(...call: [rows: number, width: number, x: Pointer, sums: Pointer]): void
  /** y = softmax(q k^T / sqrt(size)) v in every window and head, no step looking at a later one. */
  attend(
    ...call: [
      windows: number,
      heads: number,
      time: number,
      size: number,
      qkv: Pointer,
      weights: Pointer,
      y: Pointer,
      scratch: Pointer
    ]
  ): void
  attendBackward(
    ...call: [
      windows: number,
      heads: number,
      time: number,
      size: number,
      qkv: Pointer,
      weights: Pointer,
      dy: Pointer,
      dQkv: Pointer,
      scores: Pointer,
      scratch: Pointer
    ]
  ): void
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
  /**
   * Sum over the rows of -log softmax(logits)[label]; the logits become its gradient times `factor`.
   * labels [rows], bytes below `classes`.
   */
  crossEntropy(
    ...call: [rows: number, classes: number, logits: Pointer, labels: Pointer, factor: number]
  ): number
  /** Row i of x = that of character i + that of place i mod time. tokens [rows], bytes. */
  embed(
    ...call: [
      rows: number,
      width: number,
      time: number,
      characters: Pointer,
      places: Pointer,
      tokens: Pointer,
      x: Pointer
    ]
  ): void
  /** Adds the rows of d to those of dCharacters and dPlaces. */
  embedBackward(
    ...call: [
      rows: number,
      width: number,
      time: number,
      d: Pointer,
      tokens: Pointer,
      dCharacters: Pointer,
      dPlaces: Pointer
    ]
  ): void
  /** v = mu v + g; x -= rate v */
  sgdStep(
    ...call: [length: number, x: Pointer, g: Pointer, v: Pointer, mu: number, rate: number]
  ): void
  /** x -= rate g */
  sgdPlain(...call: [length: number, x: Pointer, g: Pointer, rate: number]): void
  /**
   * m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2;
   * x = kept x - size m / (sqrt(correction v) + epsilon)
   */
  adamStep(
    ...call: [
      length: number,
      x: Pointer,
      g: Pointer,
      m: Pointer,
      v: Pointer,
      beta1: number,
      beta2: number,
      size: number,
      correction: number,
      epsilon: number,
      kept: number
    ]
  ): void
  /** v = kept v + added g^2; x -= rate g / (sqrt(v) + epsilon) */
  rootStep(
    ...call: [
      length: number,
      x: Pointer,
      g: Pointer,
      v: Pointer,
      kept: number,
      added: number,
      rate: number,
      epsilon: number
    ]
  ): void
  /** x = kept x - rate sign(beta1 m + (1 - beta1) g); m = beta2 m + (1 - beta2) g */
  lionStep(
    ...call: [
      length: number,
      x: Pointer,
      g: Pointer,
      m: Pointer,
      beta1: number,
      beta2: number,
      rate: number,
      kept: number
    ]
  ): void
  /** x = 0 */
  clear(...call: [length: number, x: Pointer]): void
  /** into += a */
  addTo(...call: [length: number, a: Pointer, into: Pointer]): void
  /** x *= factor */
  scale(...call: [length: number, x: Pointer, factor: number]): void
  /** In float64. */
  sumSquares(...call: [length: number, x: Pointer]): number
}
