import type { Kernels } from './kernels.ts'
import type { Matrix } from './matrix.ts'

/** Products of matrices in one WebAssembly memory. */
export interface Algebra {
  /** GEMM_SCRATCH elements that every product overwrites, in bytes. */
  readonly scratch: number
  /** c = a b */
  multiply(a: Matrix, b: Matrix, c: Matrix): void
  /** c += a b */
  addProduct(a: Matrix, b: Matrix, c: Matrix): void
  /** c = bias + a b, the one row of bias in every row. */
  multiplyOnto(bias: Matrix, a: Matrix, b: Matrix, c: Matrix): void
  /** c = a^T b */
  multiplyTurned(a: Matrix, b: Matrix, c: Matrix): void
  /** c = a b^T */
  multiplyByTurned(a: Matrix, b: Matrix, c: Matrix): void
}

/** A factor: how far it is from a row to the next, and from a column. */
interface Factor {
  readonly at: number
  readonly row: number
  readonly column: number
}

/** What a product is added to: row 0 for all rows, or nothing at 0. */
interface Start {
  readonly at: number
  readonly stride: number
}

const NOTHING: Start = { at: 0, stride: 0 }

const straight = ({ at, stride }: Matrix): Factor => ({ at, row: stride, column: 1 })
const turned = ({ at, stride }: Matrix): Factor => ({ at, row: 1, column: stride })

/** `scratch`: where GEMM_SCRATCH elements are free. */
export const createAlgebra = (kernels: Kernels, scratch: number): Algebra => {
  const gemm = (k: number, a: Factor, b: Factor, c: Matrix, start: Start): void =>
    kernels.gemm(
      c.rows,
      c.columns,
      k,
      a.at,
      a.row,
      a.column,
      b.at,
      b.row,
      b.column,
      c.at,
      c.stride,
      start.at,
      start.stride,
      scratch
    )
  return {
    scratch,
    multiply: (a, b, c) => gemm(b.rows, straight(a), straight(b), c, NOTHING),
    addProduct: (a, b, c) => gemm(b.rows, straight(a), straight(b), c, c),
    multiplyOnto: ({ at }, a, b, c) => gemm(b.rows, straight(a), straight(b), c, { at, stride: 0 }),
    multiplyTurned: (a, b, c) => gemm(b.rows, turned(a), straight(b), c, NOTHING),
    multiplyByTurned: (a, b, c) => gemm(b.columns, straight(a), turned(b), c, NOTHING)
  }
}
