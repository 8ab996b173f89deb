import { bytesOfFloats, floatsIn } from '../vector/little-endian.ts'
import { addScaled } from '../vector/vector.ts'
import type { Compressor } from './compressor.ts'

const EXPONENT = 0x7f800000

/** float32, little-endian: nothing is lost. */
export const none: Compressor = {
  name: 'none',
  maxBytes: (length) => 4 * length,
  encode: (values) => bytesOfFloats(values),
  check(bytes, length) {
    if (bytes.length !== 4 * length) return 'the length is wrong'
    const { buffer, byteOffset } = floatsIn(bytes)
    const words = new Int32Array(buffer, byteOffset, length)
    for (let i = 0; i < length; i++) {
      if ((words[i]! & EXPONENT) === EXPONENT) return 'a value is not finite'
    }
    return null
  },
  addDecoded(bytes, into) {
    addScaled(1, floatsIn(bytes), into)
  }
}
