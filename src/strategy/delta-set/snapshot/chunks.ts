import { CHUNK_BYTES } from '../replica-hash.ts'

/** Bytes of one parameter in a snapshot. */
export const PARAMETER_BYTES = 4

/** Chunks of a replica of `length` parameters. */
export const chunkCount = (length: number): number =>
  Math.ceil((PARAMETER_BYTES * length) / CHUNK_BYTES)

/** Bytes of one of them: all but the last are whole. */
export const chunkLength = (length: number, index: number): number =>
  Math.min(CHUNK_BYTES, PARAMETER_BYTES * length - index * CHUNK_BYTES)
