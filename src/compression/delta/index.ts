import type { Bytes } from '../../vector/vector.ts'
import type { DeltaCodeOptions } from './code.ts'
import { levelsOf } from './limits.ts'

export { addDelta } from './add.ts'
export type {
  DecodedDelta,
  DeltaCodeOptions,
  DeltaDecoder,
  DeltaEncoder,
  DeltaProblem,
  DeltaSelection,
  DeltaValues
} from './code.ts'
export { createDeltaDecoder } from './decoder.ts'
export { createDeltaEncoder } from './encoder.ts'

/** A payload without values: what a peer publishes that only has to say that it has ended. */
export const emptyDelta = (options: DeltaCodeOptions): Bytes => {
  const bytes = new Uint8Array(1 + options.layout.tensors.length)
  bytes[0] = levelsOf(options)
  return bytes
}
