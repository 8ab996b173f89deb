import type { Compressor } from './compressor.ts'

const EXPONENT = 0x7f800000

/** float32, little-endian: nothing is lost. */
export const none: Compressor = {
  name: 'none',
  maxBytes: (length) => 4 * length,
  encode(values) {
    const bits = new Int32Array(values.buffer, values.byteOffset, values.length)
    const bytes = new Uint8Array(4 * values.length)
    const view = new DataView(bytes.buffer)
    for (let i = 0; i < bits.length; i++) view.setInt32(4 * i, bits[i]!, true)
    return bytes
  },
  check(bytes, length) {
    if (bytes.length !== 4 * length) return 'the length is wrong'
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    for (let at = 0; at < bytes.length; at += 4) {
      if ((view.getInt32(at, true) & EXPONENT) === EXPONENT) return 'a value is not finite'
    }
    return null
  },
  addDecoded(bytes, into) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    for (let i = 0; i < into.length; i++) into[i] = into[i]! + view.getFloat32(4 * i, true)
  }
}
