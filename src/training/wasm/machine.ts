import { InvalidInputError } from '../../errors.ts'
import { gibibytes } from '../memory.ts'
import { createAlgebra } from './algebra.ts'
import type { ConvKernels } from './conv-kernels.ts'
import { MODULE as CONV } from './conv-module.ts'
import { instance, type Memory } from './instance.ts'
import { GEMM_SCRATCH, type Kernels } from './kernels.ts'
import { Arena, type Matrix } from './matrix.ts'
import { MODULE as NN } from './module.ts'

interface GrowingMemory extends Memory {
  grow(pages: number): number
}
declare const WebAssembly: {
  readonly Memory: new (pages: { initial: number; maximum: number }) => GrowingMemory
}

const PAGE = 65_536
/** What WebAssembly can address: 4 GiB. */
const MOST_PAGES = 65_536

const refuse = (bytes: number, most: number, cause?: unknown): never => {
  const rule =
    `takes ${gibibytes(bytes)} GiB with this model: replica, gradient, state of the optimiser and ` +
    `what the layers leave for it; ${gibibytes(most)} GiB are there`
  const remedy = 'give a smaller batch, or a smaller model'
  throw new InvalidInputError([{ path: 'training.batch', rule, remedy }], { cause })
}

/**
 * Kernels and the one memory that their pointers point into. Matrices are planned first and exist
 * once `commit` has made room for them, so that what does not fit is refused before it is built.
 */
export class Machine {
  readonly #memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES })
  readonly #arena = new Arena()
  #conv: ConvKernels | null = null
  readonly kernels = instance(NN, this.#memory) as Kernels
  readonly algebra = createAlgebra(this.kernels, this.matrix(1, GEMM_SCRATCH).at)

  /** Compiled when they are first asked for. */
  get conv(): ConvKernels {
    this.#conv ??= instance(CONV, this.#memory) as ConvKernels
    return this.#conv
  }

  /** Without content until `commit`; then zero, and 64-byte aligned. */
  matrix(rows: number, columns: number): Matrix {
    return this.#arena.matrix(rows, columns)
  }

  /**
   * Makes room for all that has been planned. Views from before are no longer good.
   *
   * @throws InvalidInputError where there is not so much memory.
   */
  commit(): void {
    const { bytes } = this.#arena
    const missing = Math.ceil((bytes - this.#memory.buffer.byteLength) / PAGE)
    if (missing <= 0) return
    const free = this.#memory.buffer.byteLength + process.availableMemory()
    const most = Math.min(MOST_PAGES * PAGE, free)
    if (bytes > most) refuse(bytes, most)
    try {
      this.#memory.grow(missing)
    } catch (cause) {
      refuse(bytes, most, cause)
    }
  }

  /** Bytes that all matrices so far take, whether they are there or not. */
  get planned(): number {
    return this.#arena.bytes
  }

  /** The elements of a matrix without gaps; good until the next `commit`. */
  values({ at, rows, columns }: Matrix): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#memory.buffer, at, rows * columns)
  }

  /** The same memory as bytes. */
  octets({ at, rows, columns }: Matrix): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#memory.buffer, at, 4 * rows * columns)
  }
}
