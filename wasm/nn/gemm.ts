// Matrix product, row-major, float32. Strides are in elements.

const FLOAT: usize = 4
/** Rows and columns of c that are summed in registers: eight vectors, two of b and one of a at a time. */
const ROWS: usize = 4
const COLUMNS: usize = 8

/** c (rows of `ldc` bytes) = or += four rows of a times a panel of b. // panel [k, 8] */
function tile(
  k: usize,
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  panel: usize,
  c: usize,
  ldc: usize,
  add: bool
): void {
  let s00 = f32x4.splat(0)
  let s01 = s00
  let s10 = s00
  let s11 = s00
  let s20 = s00
  let s21 = s00
  let s30 = s00
  let s31 = s00
  const end = panel + k * COLUMNS * FLOAT
  for (; panel < end; panel += COLUMNS * FLOAT) {
    const b0 = v128.load(panel)
    const b1 = v128.load(panel, 16)
    let x = v128.load32_splat(a0)
    s00 = f32x4.add(s00, f32x4.mul(x, b0))
    s01 = f32x4.add(s01, f32x4.mul(x, b1))
    x = v128.load32_splat(a1)
    s10 = f32x4.add(s10, f32x4.mul(x, b0))
    s11 = f32x4.add(s11, f32x4.mul(x, b1))
    x = v128.load32_splat(a2)
    s20 = f32x4.add(s20, f32x4.mul(x, b0))
    s21 = f32x4.add(s21, f32x4.mul(x, b1))
    x = v128.load32_splat(a3)
    s30 = f32x4.add(s30, f32x4.mul(x, b0))
    s31 = f32x4.add(s31, f32x4.mul(x, b1))
    a0 += FLOAT
    a1 += FLOAT
    a2 += FLOAT
    a3 += FLOAT
  }
  store(c, s00, s01, add)
  store(c + ldc, s10, s11, add)
  store(c + 2 * ldc, s20, s21, add)
  store(c + 3 * ldc, s30, s31, add)
}

@inline
function store(c: usize, s0: v128, s1: v128, add: bool): void {
  v128.store(c, add ? f32x4.add(v128.load(c), s0) : s0)
  v128.store(c, add ? f32x4.add(v128.load(c, 16), s1) : s1, 16)
}

/** Columns j.. of b one after the other; what is missing of the last panel is zero. // to [k, 8] */
function pack(k: usize, b: usize, ldb: usize, width: usize, to: usize): void {
  for (let p: usize = 0; p < k; p++) {
    if (width == COLUMNS) {
      v128.store(to, v128.load(b))
      v128.store(to, v128.load(b, 16), 16)
    } else {
      memory.fill(to, 0, COLUMNS * FLOAT)
      memory.copy(to, b, width * FLOAT)
    }
    to += COLUMNS * FLOAT
    b += ldb
  }
}

/** c = or += the upper left corner of a tile. */
function copyCorner(height: usize, width: usize, from: usize, c: usize, ldc: usize, add: bool): void {
  for (let r: usize = 0; r < height; r++) {
    for (let at: usize = 0; at < width * FLOAT; at += FLOAT) {
      const value = load<f32>(from + at)
      f32.store(c + at, add ? load<f32>(c + at) + value : value)
    }
    from += COLUMNS * FLOAT
    c += ldc
  }
}

/**
 * c [m, n] = a [m, k] b [k, n], or c += a b. Each element is one sum over k in ascending order, so that
 * every machine gets the same bits. `scratch`: room for 8 k + 32 numbers.
 */
export function gemm(
  m: usize,
  n: usize,
  k: usize,
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  c: usize,
  cStride: usize,
  add: bool,
  scratch: usize
): void {
  const lda = aStride * FLOAT
  const ldb = bStride * FLOAT
  const ldc = cStride * FLOAT
  const corner = scratch + k * COLUMNS * FLOAT
  for (let j: usize = 0; j < n; j += COLUMNS) {
    const width = min(COLUMNS, n - j)
    pack(k, b + j * FLOAT, ldb, width, scratch)
    for (let i: usize = 0; i < m; i += ROWS) {
      const height = min(ROWS, m - i)
      // Rows beyond the last are the last again, and are not kept.
      const last = height - 1
      const a0 = a + i * lda
      const a1 = a0 + min(1, last) * lda
      const a2 = a0 + min(2, last) * lda
      const a3 = a0 + last * lda
      const to = c + i * ldc + j * FLOAT
      if (height == ROWS && width == COLUMNS) {
        tile(k, a0, a1, a2, a3, scratch, to, ldc, add)
      } else {
        tile(k, a0, a1, a2, a3, scratch, corner, COLUMNS * FLOAT, false)
        copyCorner(height, width, corner, to, ldc, add)
      }
    }
  }
}
