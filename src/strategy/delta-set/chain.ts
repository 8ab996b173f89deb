/**
 * What an origin signs. Every delta's digest covers the swarm, the origin, the number, the digest of
 * the delta before and the body's hash, so a signature fixes the origin's whole past.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { hexToBytes } from '@noble/hashes/utils.js'
import type { Bytes } from '../../vector/vector.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'
import type { PeerName } from '../strategy.ts'

const DOMAIN = 'swarmgrad/delta/1'

export const HASH_BYTES = 32

/** The digest before an origin's first delta. */
export const GENESIS: Bytes = new Uint8Array(HASH_BYTES)

/** What is to be known of a delta to check who has signed it, without the delta. */
export interface Link {
  readonly origin: PeerName
  readonly seq: number
  /** Digest of the delta before. */
  readonly previous: Bytes
  readonly bodyHash: Bytes
}

export const hashOf = (bytes: Uint8Array): Bytes => sha256(bytes) as Bytes

/** `manifest`: hexadecimal hash. */
export const digestOf = (manifest: string, { origin, seq, previous, bodyHash }: Link): Bytes =>
  hashOf(
    new ByteWriter()
      .text(DOMAIN)
      .bytes(hexToBytes(manifest))
      .text(origin)
      .varint(seq)
      .bytes(previous)
      .bytes(bodyHash)
      .done()
  )

/** The first four bytes, as a number. */
export const digestTag = (digest: Bytes): number =>
  new DataView(digest.buffer, digest.byteOffset).getUint32(0)
