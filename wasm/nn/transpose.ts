const FLOAT: usize = 4
/** Side of the squares that are turned in registers. */
const SIDE: usize = 4

@inline
function square(from: usize, fromStride: usize, to: usize, toStride: usize): void {
  const r0 = v128.load(from)
  const r1 = v128.load(from + fromStride)
  const r2 = v128.load(from + 2 * fromStride)
  const r3 = v128.load(from + 3 * fromStride)
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5)
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5))
  v128.store(to + toStride, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7))
  v128.store(to + 2 * toStride, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5))
  v128.store(to + 3 * toStride, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7))
}

/** to [columns, rows] = from [rows, columns], transposed. Strides in elements. */
export function transpose(
  rows: usize,
  columns: usize,
  from: usize,
  fromStride: usize,
  to: usize,
  toStride: usize
): void {
  const down = fromStride * FLOAT
  const along = toStride * FLOAT
  for (let i: usize = 0; i < rows; i += SIDE) {
    for (let j: usize = 0; j < columns; j += SIDE) {
      const source = from + i * down + j * FLOAT
      const target = to + j * along + i * FLOAT
      if (i + SIDE <= rows && j + SIDE <= columns) {
        square(source, down, target, along)
        continue
      }
      for (let r: usize = 0; r < min(SIDE, rows - i); r++) {
        for (let c: usize = 0; c < min(SIDE, columns - j); c++) {
          f32.store(target + c * along + r * FLOAT, load<f32>(source + r * down + c * FLOAT))
        }
      }
    }
  }
}
