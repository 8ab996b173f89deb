import { riceBound } from '../rice.ts'
import type { DeltaCodeOptions, DeltaSelection } from './code.ts'

/** Most parameters: addresses in WebAssembly are 32 bits, and a vector has its lists beside it. */
const MAX_LENGTH = 2 ** 28
const MAX_SCALE = 2 ** 30

const isWhole = (x: number, most: number): boolean => Number.isInteger(x) && x >= 1 && x <= most

/** Throws RangeError for options that no payload could have. */
export const checkOptions = (options: DeltaCodeOptions): void => {
  const { layout, selection, maxDensity, maxScale } = options
  if (layout.length > MAX_LENGTH) throw new RangeError(`${layout.length} parameters are too many`)
  if (selection.kind === 'chunk' && !isWhole(selection.size, MAX_LENGTH)) {
    throw new RangeError(`a chunk's size is 1 to 2^28, not ${selection.size}`)
  }
  if (!(maxDensity > 0 && maxDensity <= 1)) {
    throw new RangeError(`maxDensity is above 0 and at most 1, not ${maxDensity}`)
  }
  if (!isWhole(maxScale, MAX_SCALE)) throw new RangeError(`maxScale is 1 to 2^30, not ${maxScale}`)
}

/** Magnitudes that a value can have, and what the first byte of a payload says. */
export const levelsOf = ({ values }: DeltaCodeOptions): 1 | 2 => (values === 'one-bit' ? 1 : 2)

/** Elements that a selection is made among. */
export const runOf = (selection: DeltaSelection, length: number): number =>
  selection.kind === 'global' ? length : selection.size

/** As wasm/delta/encode.ts rounds it. */
const keptOf = (density: number, length: number): number =>
  length === 0 ? 0 : Math.min(length, Math.max(1, Math.floor(density * length + 0.5)))

/** Most values of a payload. */
export const maxCountOf = ({ selection, maxDensity, layout }: DeltaCodeOptions): number => {
  const run = runOf(selection, layout.length)
  if (run === 0) return 0
  const runs = Math.floor(layout.length / run)
  return runs * keptOf(maxDensity, run) + keptOf(maxDensity, layout.length % run)
}

/** Bytes of a number in seven bits a byte. */
const varintBytes = (value: number): number => Math.max(1, Math.ceil(Math.log2(value + 1) / 7))

/**
 * Bytes that no encoder exceeds: one Rice parameter for all tensors would need `riceBound` bits, and
 * the cheapest of each tensor need no more.
 */
export const maxBytesOf = (options: DeltaCodeOptions): number => {
  const { layout, maxScale } = options
  const levels = levelsOf(options)
  const count = maxCountOf(options)
  // Of each tensor: count, scales, Rice parameter, padding.
  const headings = layout.tensors.reduce(
    (sum, { size }) => sum + varintBytes(size) + levels * varintBytes(maxScale) + 2,
    0
  )
  return 1 + headings + Math.ceil((riceBound(count, layout.length) + levels * count) / 8)
}
