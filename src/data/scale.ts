import type { Vector } from '../vector/vector.ts'

/** (byte / 255 - mean) / deviation for every byte, of channels with these means and deviations. // [channels, 256] */
export const scaleOf = (means: readonly number[], deviations: readonly number[]): Vector =>
  Float32Array.from({ length: 256 * means.length }, (_, i) => {
    const channel = i >> 8
    return ((i & 255) / 255 - means[channel]!) / deviations[channel]!
  })
