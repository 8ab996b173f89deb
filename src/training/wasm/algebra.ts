import type { Kernels } from './kernels.ts'
import type { Matrix } from './matrix.ts'

/** Products of matrices in one WebAssembly memory. */
export interface Algebra {
  /** c = a b */
  multiply(a: Matrix, b: Matrix, c: Matrix): void
  /** c += a b */
  addProduct(a: Matrix, b: Matrix, c: Matrix): void
  /** c = a^T b */
  multiplyTurned(a: Matrix, b: Matrix, c: Matrix): void
  /** c = a b^T */
  multiplyByTurned(a: Matrix, b: Matrix, c: Matrix): void
}

export interface Scratch {
  /** Room for the packed columns of a product: 8 elements for each of the sum's, and 32. */
  readonly packed: Matrix
  /** Room for the largest matrix that is turned. */
  readonly turned: Matrix
}

export const createAlgebra = (kernels: Kernels, { packed, turned }: Scratch): Algebra => {
  const gemm = (a: Matrix, b: Matrix, c: Matrix, add: 0 | 1): void =>
    kernels.gemm(
      c.rows,
      c.columns,
      b.rows,
      a.at,
      a.stride,
      b.at,
      b.stride,
      c.at,
      c.stride,
      add,
      packed.at
    )
  const turn = ({ rows, columns, at, stride }: Matrix): Matrix => {
    kernels.transpose(rows, columns, at, stride, turned.at, rows)
    return { at: turned.at, rows: columns, columns: rows, stride: rows }
  }
  return {
    multiply: (a, b, c) => gemm(a, b, c, 0),
    addProduct: (a, b, c) => gemm(a, b, c, 1),
    multiplyTurned: (a, b, c) => gemm(turn(a), b, c, 0),
    multiplyByTurned: (a, b, c) => gemm(a, turn(b), c, 0)
  }
}
