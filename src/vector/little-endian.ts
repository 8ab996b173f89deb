import type { Bytes, Vector } from './vector.ts'

/** Whether this machine keeps numbers as messages do. */
const IS_LITTLE = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

const swapped = (bytes: Bytes): Bytes => {
  for (let at = 0; at < bytes.length; at += 4) bytes.subarray(at, at + 4).reverse()
  return bytes
}

/** The float32 that little-endian bytes hold, as many as are whole; perhaps in the same memory: not to be written. */
export const floatsIn = (bytes: Uint8Array): Vector => {
  const length = bytes.length >> 2
  if (IS_LITTLE && bytes.byteOffset % 4 === 0 && bytes.buffer instanceof ArrayBuffer) {
    return new Float32Array(bytes.buffer, bytes.byteOffset, length)
  }
  const copy = new Uint8Array(bytes.subarray(0, 4 * length))
  return new Float32Array((IS_LITTLE ? copy : swapped(copy)).buffer)
}

/** The same numbers as little-endian bytes, in memory of their own. */
export const bytesOfFloats = (values: Vector): Bytes => {
  const copy = new Uint8Array(
    values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength)
  )
  return IS_LITTLE ? copy : swapped(copy)
}
