/** A matrix in WebAssembly memory: float32, row-major. */
export interface Matrix {
  /** Of the first element, in bytes. */
  readonly at: number
  readonly rows: number
  readonly columns: number
  /** From one row to the next, in elements. */
  readonly stride: number
}

const FLOAT = 4
/** Vectors of four are read fastest where they do not straddle two lines of a cache. */
const ALIGNMENT = 64

/** Some rows and columns of a matrix, in the same place. */
export const part = (
  { at, stride }: Matrix,
  [row, rows]: readonly [from: number, count: number],
  [column, columns]: readonly [from: number, count: number]
): Matrix => ({ at: at + FLOAT * (row * stride + column), rows, columns, stride })

/** Gives out memory that is not there yet. */
export class Arena {
  #end = ALIGNMENT

  /** That all matrices so far take. */
  get bytes(): number {
    return this.#end
  }

  matrix(rows: number, columns: number): Matrix {
    const at = this.#end
    const bytes = FLOAT * rows * columns
    this.#end += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
    return { at, rows, columns, stride: columns }
  }
}
