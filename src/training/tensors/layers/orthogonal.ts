import type { Random } from '../../../random.ts'

/** Of two columns of a matrix with `columns` of them. */
const dot = (q: Float64Array, columns: number, a: number, b: number): number => {
  let sum = 0
  for (let row = 0; row < q.length; row += columns) sum += q[row + a]! * q[row + b]!
  return sum
}

/** Columns of length one at right angles (modified Gram-Schmidt), in place. // [rows, columns] */
const orthonormalise = (q: Float64Array, columns: number): void => {
  for (let column = 0; column < columns; column++) {
    for (let earlier = 0; earlier < column; earlier++) {
      const along = dot(q, columns, column, earlier)
      for (let row = 0; row < q.length; row += columns) {
        q[row + column] = q[row + column]! - along * q[row + earlier]!
      }
    }
    const length = Math.sqrt(dot(q, columns, column, column))
    for (let row = column; row < q.length; row += columns) q[row] = q[row]! / length
  }
}

/**
 * A random matrix whose rows or columns, whichever are fewer, are orthonormal (Saxe et al. 2014), drawn
 * evenly from all of them (Mezzadri 2007). In float64. Returns [rows, columns].
 */
export const orthogonal = (rows: number, columns: number, random: Random): Float64Array => {
  const [long, short] = [Math.max(rows, columns), Math.min(rows, columns)]
  const q = Float64Array.from({ length: long * short }, () => random.normal())
  orthonormalise(q, short)
  if (rows >= columns) return q
  return Float64Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns]
    return q[column * short + row]!
  })
}
