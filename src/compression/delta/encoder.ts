import type { DeltaCodeOptions, DeltaEncoder } from './code.ts'
import { openInstance, writeSizes } from './instance.ts'
import { checkOptions, levelsOf, maxBytesOf, maxCountOf, runOf } from './limits.ts'

/** Beyond these a step, scale / (weight 2^24), could leave float32. */
const MIN_WEIGHT = 2 ** -24
const MAX_WEIGHT = 2 ** 24

/** The sender's side (wasm/delta/encode.ts). Throws RangeError for impossible options. */
export const createDeltaEncoder = (options: DeltaCodeOptions): DeltaEncoder => {
  checkOptions(options)
  const { layout, selection, maxDensity, maxScale } = options
  const instance = openInstance()
  const { exports, memory } = instance
  const sizes = exports.openEncoder(
    layout.length,
    runOf(selection, layout.length),
    layout.tensors.length,
    levelsOf(options),
    maxScale,
    maxCountOf(options),
    maxBytesOf(options)
  )
  writeSizes(layout, instance, sizes)
  const payload = exports.payload()

  return {
    residual: new Float32Array(memory.buffer, 0, layout.length),
    encode(density, weight) {
      if (!(density > 0)) throw new RangeError(`a density is above 0, not ${density}`)
      if (!(weight >= MIN_WEIGHT && weight <= MAX_WEIGHT)) {
        throw new RangeError(`a weight is 2^-24 to 2^24, not ${weight}`)
      }
      const length = exports.encode(Math.min(density, maxDensity), weight)
      return length === 0 ? null : new Uint8Array(memory.buffer, payload, length).slice()
    }
  }
}
