import type { Bytes, Vector } from './vector.ts'

export const sameBytes = (a: Bytes, b: Bytes): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i])

const wordsOf = ({ buffer, byteOffset, length }: Vector): Uint32Array =>
  new Uint32Array(buffer, byteOffset, length)

/** Whether two vectors have the same bits, those of not-a-numbers included. */
export const sameBits = (a: Vector, b: Vector): boolean => {
  const [x, y] = [wordsOf(a), wordsOf(b)]
  if (x.length !== y.length) return false
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false
  return true
}
