import type { DecodedDelta } from './code.ts'

/**
 * theta += sign values, wrapping around; -1 applies a delta, 1 takes it back. Indices differ, so four
 * can be under way at a time, which is faster where memory is slow.
 */
export const addDelta = (
  theta: Int32Array,
  { count, indices, values }: DecodedDelta,
  sign: 1 | -1
): void => {
  const whole = count - (count % 4)
  for (let j = 0; j < whole; j += 4) {
    const a = indices[j]!
    const b = indices[j + 1]!
    const c = indices[j + 2]!
    const d = indices[j + 3]!
    const p = theta[a]!
    const q = theta[b]!
    const r = theta[c]!
    const s = theta[d]!
    theta[a] = p + sign * values[j]!
    theta[b] = q + sign * values[j + 1]!
    theta[c] = r + sign * values[j + 2]!
    theta[d] = s + sign * values[j + 3]!
  }
  for (let j = whole; j < count; j++) {
    const i = indices[j]!
    theta[i] = theta[i]! + sign * values[j]!
  }
}
