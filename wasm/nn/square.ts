/** Four rows of four become four columns. Strides in bytes. */
@inline
export function turnSquare(from: usize, fromRow: usize, to: usize, toRow: usize): void {
  const r0 = v128.load(from)
  const r1 = v128.load(from + fromRow)
  const r2 = v128.load(from + 2 * fromRow)
  const r3 = v128.load(from + 3 * fromRow)
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5)
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5))
  v128.store(to + toRow, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7))
  v128.store(to + 2 * toRow, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5))
  v128.store(to + 3 * toRow, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7))
}

/** Two rows of four become four rows of two. */
@inline
export function turnPair(from: usize, fromRow: usize, to: usize, toRow: usize): void {
  const r0 = v128.load(from)
  const r1 = v128.load(from + fromRow)
  const low = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
  const high = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
  v128.store64_lane(to, low, 0)
  v128.store64_lane(to + toRow, low, 1)
  v128.store64_lane(to + 2 * toRow, high, 0)
  v128.store64_lane(to + 3 * toRow, high, 1)
}
