import type { DeltaCodeOptions, DeltaDecoder } from './code.ts'
import { openInstance, writeSizes } from './instance.ts'
import { checkOptions, levelsOf, maxBytesOf, maxCountOf } from './limits.ts'

/** What `decode` of wasm/delta/decode.ts answers instead of a count; anything else below 0: values. */
const BAD_SCALE = -2

/**
 * The receiver's side (wasm/delta/decode.ts). Throws RangeError for impossible options. Nothing is
 * kept from one payload to the next, so that one decoder can serve all peers of a thread.
 */
export const createDeltaDecoder = (options: DeltaCodeOptions): DeltaDecoder => {
  checkOptions(options)
  const { layout, maxScale } = options
  const maxCount = maxCountOf(options)
  const maxBytes = maxBytesOf(options)
  const instance = openInstance()
  const { exports, memory } = instance
  const sizes = exports.openDecoder(
    layout.tensors.length,
    levelsOf(options),
    maxScale,
    maxCount,
    maxBytes
  )
  writeSizes(layout, instance, sizes)
  const input = new Uint8Array(memory.buffer, 0, maxBytes)
  const indices = new Int32Array(memory.buffer, exports.decodedIndices(), maxCount)
  const values = new Int32Array(memory.buffer, exports.decodedValues(), maxCount)

  const decode = (bytes: Uint8Array): number => {
    input.set(bytes)
    return exports.decode(bytes.length)
  }

  return {
    maxBytes,
    check(bytes) {
      if (bytes.length > maxBytes) return 'values'
      const count = decode(bytes)
      if (count >= 0) return null
      return count === BAD_SCALE ? 'scale' : 'values'
    },
    decode: (bytes) => ({ count: decode(bytes), indices, values })
  }
}
