import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { z } from 'zod'

/** What somebody is said to have signed; whoever has keys and time looks whether it is so. */
export interface SignedClaim {
  /** A peer id, which is a public key. */
  readonly signer: string
  /** 32 bytes. */
  readonly digest: Uint8Array<ArrayBuffer>
  /** 64 bytes. */
  readonly signature: Uint8Array<ArrayBuffer>
}

/** What is signed: `purpose` keeps a signature from being taken for one of another kind. */
export const digestOf = (
  purpose: string,
  ...parts: readonly Uint8Array[]
): Uint8Array<ArrayBuffer> => {
  // Every part has a fixed length, but for the last.
  const bytes = concatBytes(utf8ToBytes(purpose), ...parts)
  return Uint8Array.from(sha256(bytes))
}

/** Exactly so many bytes. */
export const bytesSchema = (length: number) =>
  z.custom<Uint8Array<ArrayBuffer>>(
    (value) => value instanceof Uint8Array && value.byteLength === length,
    `expected ${length} bytes`
  )
