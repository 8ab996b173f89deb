/** What a method would send, by its formula. Nothing here is measured. */

/** fp32, parameters and features alike. */
const FLOAT_BYTES = 4

/** Bytes that each of n peers sends in fp32 ring all-reduce at every step: 2 (n-1)/n 4 d per step. */
export const allReduceBytes = (peers: number, parameters: number, steps: number): number =>
  ((2 * (peers - 1)) / peers) * FLOAT_BYTES * parameters * steps

/** Bytes that a peer sends on average when the features of all rows go to one place, once. */
export const centralisedBytes = (peers: number, rows: number, width: number): number =>
  (rows * width * FLOAT_BYTES) / peers
