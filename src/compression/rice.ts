import { type BitReader, type BitWriter, WIDEST } from './bits.ts'

/**
 * Golomb-Rice code of ascending indices (Rice 1979): the gap g to the one before is floor(g / 2^r)
 * zeros, a one, and the low r bits of g. Near the entropy where indices are scattered evenly.
 */

/** Largest r; also the widest field that the bit reader takes. */
export const MAX_RICE = WIDEST

export interface RiceCost {
  readonly parameter: number
  readonly bits: number
}

/** cost(r) = sum of (1 + r + floor(g / 2^r)), over the gaps of `indices`. */
const riceBits = (indices: Int32Array, parameter: number): number => {
  let bits = indices.length * (1 + parameter)
  for (let i = 0, previous = -1; i < indices.length; i++) {
    bits += (indices[i]! - previous - 1) >>> parameter
    previous = indices[i]!
  }
  return bits
}

/** The cheapest r: cost is convex in r, so the first that the next does not improve on. */
export const cheapestRice = (indices: Int32Array): RiceCost => {
  let best: RiceCost = { parameter: 0, bits: riceBits(indices, 0) }
  while (best.parameter < MAX_RICE) {
    const parameter = best.parameter + 1
    const bits = riceBits(indices, parameter)
    if (bits >= best.bits) break
    best = { parameter, bits }
  }
  return best
}

/**
 * Bits that the cheapest r never exceeds for `count` indices below `length`: their gaps sum to
 * length - count at most.
 */
export const riceBound = (count: number, length: number): number => {
  let bound = Infinity
  for (let r = 0; r <= MAX_RICE; r++) {
    bound = Math.min(bound, count * (1 + r) + Math.floor((length - count) / 2 ** r))
  }
  return bound
}

export const writeRice = (indices: Int32Array, parameter: number, writer: BitWriter): void => {
  const mask = (1 << parameter) - 1
  for (let i = 0, previous = -1; i < indices.length; i++) {
    const gap = indices[i]! - previous - 1
    writer.putUnary(gap >>> parameter)
    writer.put(gap & mask, parameter)
    previous = indices[i]!
  }
}

/** The index after `previous`, or -1 where the bits end first. */
export const readRice = (reader: BitReader, parameter: number, previous: number): number => {
  const quotient = reader.takeUnary()
  const low = reader.take(parameter)
  return quotient < 0 || low < 0 ? -1 : previous + 1 + quotient * 2 ** parameter + low
}
