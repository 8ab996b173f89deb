/** A code for two vectors of one length, one behind the other: each has a code of its own. */
import type { Compressor } from '../../compression/compressor.ts'
import type { Vector } from '../../vector/vector.ts'

/** Length of the first code. */
const HEADER = 4

const halvesOf = (values: Vector): readonly [Vector, Vector] => {
  const middle = values.length / 2
  return [values.subarray(0, middle), values.subarray(middle)]
}

const cut = (bytes: Uint8Array): readonly [Uint8Array, Uint8Array] => {
  const first = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  return [bytes.subarray(HEADER, HEADER + first), bytes.subarray(HEADER + first)]
}

export const inHalves = (inner: Compressor): Compressor => ({
  name: inner.name,
  maxBytes: (length) => HEADER + 2 * inner.maxBytes(length / 2),
  encode(values) {
    const [first, second] = halvesOf(values).map((half) => inner.encode(half.slice()))
    const bytes = new Uint8Array(HEADER + first!.length + second!.length)
    new DataView(bytes.buffer).setUint32(0, first!.length)
    bytes.set(first!, HEADER)
    bytes.set(second!, HEADER + first!.length)
    return bytes
  },
  check(bytes, length) {
    if (bytes.length < HEADER || length % 2 !== 0) return 'the length is wrong'
    const [first, second] = cut(bytes)
    return inner.check(first, length / 2) ?? inner.check(second, length / 2)
  },
  addDecoded(bytes, into) {
    const [first, second] = cut(bytes)
    const [head, tail] = halvesOf(into)
    inner.addDecoded(first, head)
    inner.addDecoded(second, tail)
  }
})
