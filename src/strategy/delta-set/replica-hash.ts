import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js'
import type { Bytes } from '../../vector/vector.ts'
import type { Sha256 } from '../context.ts'
import { hashOf } from './chain.ts'
import type { FixedPoint } from './fixed-point.ts'

/** Bytes of a replica that are hashed, and sent to joiners, in one piece. */
export const CHUNK_BYTES = 1 << 16

/** The little-endian bytes of a replica; a view. */
export const bytesOf = (base: FixedPoint): Bytes =>
  new Uint8Array(base.buffer, base.byteOffset, base.byteLength)

/** SHA-256 of each piece of a replica. */
export const chunkHashes = (bytes: Bytes, hash: Sha256 = hashOf): readonly Bytes[] => {
  const hashes: Bytes[] = []
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    hashes.push(hash(bytes.subarray(at, at + CHUNK_BYTES)))
  }
  return hashes
}

/** SHA-256 over the pieces' hashes, hexadecimal: what peers compare. */
export const rootOf = (hashes: readonly Bytes[]): string =>
  bytesToHex(sha256(concatBytes(...hashes)))

export const replicaHash = (base: FixedPoint, hash: Sha256 = hashOf): string =>
  rootOf(chunkHashes(bytesOf(base), hash))
