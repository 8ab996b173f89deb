// Lines of the transformations of winograd.ts: vectors, `step` bytes apart, times a matrix, to places `toStep` bytes
// apart.

/**
 * Four times a number, from memory: V8 builds a constant anew wherever it is used, which takes longer than the
 * product.
 */
@inline
export function held(value: f32, scratch: usize): v128 {
  f32.store(scratch, value)
  return v128.load32_splat(scratch)
}

/** Six vectors, `step` bytes apart, times B^T. */
@inline
export function timesB(
  from: usize,
  step: usize,
  to: usize,
  toStep: usize,
  half: v128,
  two: v128,
  oneAndHalf: v128,
  twoAndHalf: v128
): void {
  const d1 = v128.load(from + step)
  const d2 = v128.load(from + 2 * step)
  const d3 = v128.load(from + 3 * step)
  const d4 = v128.load(from + 4 * step)
  const odd = f32x4.sub(d3, d1)
  const even = f32x4.sub(d4, d2)
  let ends = f32x4.add(v128.load(from), d4)
  ends = f32x4.relaxed_madd(odd, oneAndHalf, ends)
  v128.store(to, f32x4.relaxed_nmadd(d2, two, ends))
  ends = f32x4.relaxed_madd(d3, twoAndHalf, f32x4.sub(d4, d1))
  v128.store(to + toStep, f32x4.relaxed_madd(d2, half, ends))
  ends = f32x4.relaxed_nmadd(d2, twoAndHalf, f32x4.add(d4, d1))
  v128.store(to + 2 * toStep, f32x4.relaxed_madd(d3, half, ends))
  v128.store(to + 3 * toStep, f32x4.relaxed_madd(odd, two, even))
  v128.store(to + 4 * toStep, f32x4.relaxed_nmadd(odd, half, even))
  ends = f32x4.add(d1, v128.load(from + 5 * step))
  ends = f32x4.relaxed_madd(even, oneAndHalf, ends)
  v128.store(to + 5 * toStep, f32x4.relaxed_nmadd(d3, two, ends))
}

/** Four vectors times A. */
@inline
export function timesA(from: usize, step: usize, to: usize, toStep: usize, half: v128, two: v128): void {
  const z0 = v128.load(from)
  const z1 = v128.load(from + step)
  const z2 = v128.load(from + 2 * step)
  const z3 = v128.load(from + 3 * step)
  const even = f32x4.add(z0, z2)
  const odd = f32x4.add(z1, z3)
  v128.store(to, z0)
  v128.store(to + toStep, f32x4.add(even, odd))
  v128.store(to + 2 * toStep, f32x4.sub(even, odd))
  let sum = f32x4.relaxed_madd(z3, half, z2)
  sum = f32x4.relaxed_madd(sum, half, z1)
  v128.store(to + 3 * toStep, f32x4.relaxed_madd(sum, half, z0))
  sum = f32x4.relaxed_nmadd(z3, two, z2)
  sum = f32x4.relaxed_nmadd(sum, two, z1)
  v128.store(to + 4 * toStep, f32x4.relaxed_nmadd(sum, two, z0))
  v128.store(to + 5 * toStep, z3)
}

@inline
function put(to: usize, value: v128, add: bool): void {
  v128.store(to, add ? f32x4.add(v128.load(to), value) : value)
}

/** Six vectors times A^T; keeps the first `count` of the four. */
@inline
export function timesATurned(
  from: usize,
  step: usize,
  to: usize,
  toStep: usize,
  count: usize,
  add: bool,
  half: v128,
  two: v128,
  quarter: v128,
  four: v128
): void {
  const m1 = v128.load(from + step)
  const m2 = v128.load(from + 2 * step)
  const m3 = v128.load(from + 3 * step)
  const m4 = v128.load(from + 4 * step)
  const sum = f32x4.add(m1, m2)
  const difference = f32x4.sub(m1, m2)
  put(to, f32x4.add(f32x4.add(v128.load(from), sum), f32x4.add(m3, m4)), add)
  if (count == 1) return
  let value = f32x4.relaxed_madd(m3, half, difference)
  put(to + toStep, f32x4.relaxed_nmadd(m4, two, value), add)
  if (count == 2) return
  value = f32x4.relaxed_madd(m3, quarter, sum)
  put(to + 2 * toStep, f32x4.relaxed_madd(m4, four, value), add)
  if (count == 3) return
  value = f32x4.add(difference, v128.load(from + 5 * step))
  value = f32x4.relaxed_madd(f32x4.mul(m3, quarter), half, value)
  put(to + 3 * toStep, f32x4.relaxed_nmadd(f32x4.mul(m4, four), two, value), add)
}

/** Three vectors times G. */
@inline
export function timesG(from: usize, step: usize, to: usize, toStep: usize): void {
  const g0 = v128.load(from)
  const g1 = v128.load(from + step)
  const g2 = v128.load(from + 2 * step)
  const ends = f32x4.add(g0, g2)
  v128.store(to, g0)
  v128.store(to + toStep, f32x4.mul(f32x4.add(ends, g1), f32x4.splat(1.0 / 3)))
  v128.store(to + 2 * toStep, f32x4.mul(f32x4.sub(g1, ends), f32x4.splat(1.0 / 3)))
  let sum = f32x4.relaxed_madd(g2, f32x4.splat(0.5), g1)
  sum = f32x4.relaxed_madd(sum, f32x4.splat(0.5), g0)
  v128.store(to + 3 * toStep, f32x4.mul(sum, f32x4.splat(-16.0 / 15)))
  sum = f32x4.relaxed_nmadd(g2, f32x4.splat(2), g1)
  sum = f32x4.relaxed_nmadd(sum, f32x4.splat(2), g0)
  v128.store(to + 4 * toStep, f32x4.mul(sum, f32x4.splat(1.0 / 15)))
  v128.store(to + 5 * toStep, g2)
}

/** Six vectors times G^T. */
@inline
export function timesGTurned(from: usize, step: usize, to: usize, toStep: usize): void {
  const third = f32x4.splat(1.0 / 3)
  const s1 = f32x4.mul(v128.load(from + step), third)
  const s2 = f32x4.mul(v128.load(from + 2 * step), third)
  const s3 = f32x4.mul(v128.load(from + 3 * step), f32x4.splat(-16.0 / 15))
  const s4 = f32x4.mul(v128.load(from + 4 * step), f32x4.splat(1.0 / 15))
  const sum = f32x4.add(s1, s2)
  const difference = f32x4.sub(s1, s2)
  v128.store(to, f32x4.add(f32x4.add(v128.load(from), difference), f32x4.add(s3, s4)))
  let value = f32x4.relaxed_madd(s3, f32x4.splat(0.5), sum)
  v128.store(to + toStep, f32x4.relaxed_nmadd(s4, f32x4.splat(2), value))
  value = f32x4.add(difference, v128.load(from + 5 * step))
  value = f32x4.relaxed_madd(s3, f32x4.splat(0.25), value)
  v128.store(to + 2 * toStep, f32x4.relaxed_madd(s4, f32x4.splat(4), value))
}
