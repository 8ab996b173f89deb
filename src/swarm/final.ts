/** What a member signs of its replica, so that others can tell it from what somebody else made up. */
import { hexToBytes } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { bytesSchema, digestOf, type SignedClaim } from './signed.ts'

/** That a run has ended with this replica: part of a member's presence from then on. */
export const finalSchema = z.strictObject({
  /** SHA-256 of the replica's float32 values in layout order, little-endian. */
  hash: bytesSchema(32),
  /** Examples that all peers together have trained it on; 0 where a strategy cannot tell. */
  samples: z.int().min(0),
  /** Of finalDigest, by the member's identity key. */
  signature: bytesSchema(64)
})

export type Final = z.output<typeof finalSchema>

const u64 = (value: number): Uint8Array => {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes
}

/** `manifest`: hexadecimal hash; `hash`: 32 bytes of the replica's. */
export const finalDigest = (
  manifest: string,
  hash: Uint8Array,
  samples: number
): Uint8Array<ArrayBuffer> =>
  digestOf('swarmgrad/final/1', hexToBytes(manifest), hash, u64(samples))

/** The same of a replica that is trained on: it was this member's before round `round`. */
export const currentDigest = (
  manifest: string,
  hash: Uint8Array,
  round: number
): Uint8Array<ArrayBuffer> =>
  digestOf('swarmgrad/current/1', hexToBytes(manifest), hash, u64(round))

export const finalClaim = (manifest: string, signer: string, final: Final): SignedClaim => ({
  signer,
  digest: finalDigest(manifest, final.hash, final.samples),
  signature: final.signature
})
