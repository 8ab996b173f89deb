// What is done to every row of a matrix without gaps. // x [rows, width]

const FLOAT: usize = 4
const VECTOR: usize = 16

/** x += bias in every row. */
export function addBias(rows: usize, width: usize, bias: usize, x: usize): void {
  const step = width * FLOAT
  for (let row: usize = 0; row < rows; row++, x += step) {
    let at: usize = 0
    for (; at + VECTOR <= step; at += VECTOR) {
      v128.store(x + at, f32x4.add(v128.load(x + at), v128.load(bias + at)))
    }
    for (; at < step; at += FLOAT) f32.store(x + at, load<f32>(x + at) + load<f32>(bias + at))
  }
}

/** x = max(0, x + bias); not a number stays so. */
export function addBiasRelu(rows: usize, width: usize, bias: usize, x: usize): void {
  const step = width * FLOAT
  const zero = f32x4.splat(0)
  for (let row: usize = 0; row < rows; row++, x += step) {
    let at: usize = 0
    for (; at + VECTOR <= step; at += VECTOR) {
      const z = f32x4.add(v128.load(x + at), v128.load(bias + at))
      v128.store(x + at, f32x4.pmax(z, zero))
    }
    for (; at < step; at += FLOAT) {
      f32.store(x + at, max<f32>(load<f32>(x + at) + load<f32>(bias + at), 0))
    }
  }
}

/** d = 0 where h = relu(z) is zero, and sums += d over the rows. */
export function reluBackward(rows: usize, width: usize, h: usize, d: usize, sums: usize): void {
  const step = width * FLOAT
  const zero = f32x4.splat(0)
  memory.fill(sums, 0, step)
  for (let row: usize = 0; row < rows; row++) {
    let at: usize = 0
    for (; at + VECTOR <= step; at += VECTOR) {
      const off = f32x4.eq(v128.load(h + at), zero)
      const slope = v128.andnot(v128.load(d + at), off)
      v128.store(d + at, slope)
      v128.store(sums + at, f32x4.add(v128.load(sums + at), slope))
    }
    for (; at < step; at += FLOAT) {
      const slope = load<f32>(h + at) == 0 ? <f32>0 : load<f32>(d + at)
      f32.store(d + at, slope)
      f32.store(sums + at, load<f32>(sums + at) + slope)
    }
    h += step
    d += step
  }
}

/** Fills sums [width] with those over the rows. */
export function sumRows(rows: usize, width: usize, x: usize, sums: usize): void {
  memory.fill(sums, 0, width * FLOAT)
  for (let row: usize = 0; row < rows; row++) addBias(1, width, x + row * width * FLOAT, sums)
}
