/**
 * Running sums that wrap around (Hadjicostis, Vaidya & Dominguez-Garcia 2016, with integers): the sender
 * says what a flow has carried since it began, and the receiver adds the difference to what it had heard
 * before. Whatever was lost, came twice or came late is in the next sum, exactly, as long as less than
 * half of the modulus is on its way.
 */
import type { Bytes } from '../../vector/vector.ts'

/** Parameters times mass, in units of 2^-24; sums modulo 2^32. // [parameters] */
export type Whole = Int32Array<ArrayBuffer>

/** Units of the mass. */
export const MASS_ONE = 2 ** 32
/** Sums of the mass are said modulo this. */
export const SUM_MODULUS = 2 ** 48

/** What a parameter may have on its way in one flow, in units: half of what tells two sums apart. */
export const MOST_UNDERWAY = 2 ** 31 - 1

/** From the older sum to the newer, as a number around zero. */
export const massBetween = (older: number, newer: number): number => {
  const ahead = (newer - older + SUM_MODULUS) % SUM_MODULUS
  return ahead < SUM_MODULUS / 2 ? ahead : ahead - SUM_MODULUS
}

/** `mass` may be negative. */
export const massPlus = (sum: number, mass: number): number =>
  (sum + mass + SUM_MODULUS) % SUM_MODULUS

/** A copy, little-endian. */
export const bytesOf = (sums: Whole): Bytes => new Uint8Array(sums.slice().buffer)

const wordsOf = (bytes: Bytes): Whole =>
  bytes.byteOffset % 4 === 0
    ? new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
    : new Int32Array(bytes.slice().buffer)

/** into += what `bytes` has more than `heard`, and heard = bytes. */
export const addNews = (bytes: Bytes, heard: Whole, into: Whole): void => {
  const said = wordsOf(bytes)
  for (let i = 0; i < into.length; i++) {
    into[i] = into[i]! + ((said[i]! - heard[i]!) | 0)
    heard[i] = said[i]!
  }
}

/** Each taker gets floor(x / (takers + 1)), and x keeps what is left. Returns the largest share. */
export const split = (x: Whole, takers: readonly Whole[]): number => {
  const parts = takers.length + 1
  let largest = 0
  for (let i = 0; i < x.length; i++) {
    const share = Math.floor(x[i]! / parts)
    for (const taker of takers) taker[i] = taker[i]! + share
    x[i] = x[i]! - takers.length * share
    largest = Math.max(largest, Math.abs(share))
  }
  return largest
}
