import type { Vector } from '../../../vector/vector.ts'
import { integers, type Known, mismatch } from './numbers.ts'

type Awaitable<T> = T | Promise<T>

/** The operations that training stands on, each with its gradients; vectors are row-major. */
export interface Operations {
  /** a [m, k] b [k, n], then dL/da and dL/db where dL/d(a b) is dy [m, n]. */
  matMul(
    a: Vector,
    b: Vector,
    dy: Vector,
    sides: readonly [m: number, k: number, n: number]
  ): Awaitable<readonly [product: Vector, da: Vector, db: Vector]>
  /** Convolution of x [images, rows, columns, in] at stride 1 without change of size, kernel [3, 3, in, out]. */
  conv2d(
    x: Vector,
    kernel: Vector,
    dy: Vector,
    sides: readonly [images: number, rows: number, columns: number, ins: number, outs: number]
  ): Awaitable<readonly [y: Vector, dx: Vector, dKernel: Vector]>
}

/** Odd sides: what vectors of 4, 8 or 16 leave over is computed, too. */
const PRODUCT = [17, 35, 19] as const
const CONVOLUTION = [2, 9, 7, 3, 5] as const

const KNOWN: readonly Known[] = [
  { name: 'matmul', sum: 3234, magnitude: 74276 },
  { name: "matmul's gradient of the left side", sum: 12073.5, magnitude: 157548.5 },
  { name: "matmul's gradient of the right side", sum: 2367, magnitude: 75747 },
  { name: 'conv2d', sum: 386, magnitude: 78614 },
  { name: "conv2d's gradient of the images", sum: -828.5, magnitude: 48209.5 },
  { name: "conv2d's gradient of the kernel", sum: -2132.5, magnitude: 90060.5 }
]

/** Says what is wrong with the operations; null where they give the known numbers. */
export const smokeOperations = async ({ matMul, conv2d }: Operations): Promise<string | null> => {
  const [m, k, n] = PRODUCT
  const [images, rows, columns, ins, outs] = CONVOLUTION
  const places = images * rows * columns
  const results = [
    ...(await matMul(integers(m * k, 3), integers(k * n, 5), integers(m * n, 8), PRODUCT)),
    ...(await conv2d(
      integers(places * ins, 3),
      integers(9 * ins * outs, 5),
      integers(places * outs, 8),
      CONVOLUTION
    ))
  ]
  return KNOWN.map((known, i) => mismatch(known, results[i]!)).find((it) => it !== null) ?? null
}
