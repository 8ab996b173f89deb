/**
 * Invites: a key pair that the creator vouches for and whoever holds the link owns; and passes: what a
 * joiner shows of it, which is of no use to anybody else.
 */
import { decode, encode } from '@ipld/dag-cbor'
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { fromBase64url, toBase64url } from './base64url.ts'
import { cborRule } from './cbor-limits.ts'
import { peerIdOf } from './peer-id.ts'
import { bytesSchema, digestOf, type SignedClaim } from './signed.ts'

/** Every member counts who came by an invite, and remembers it. */
export const MAX_USES = 4096
/** Of an invite as text. */
export const MAX_INVITE_TEXT = 400

const termsShape = {
  /** Milliseconds since 1970 after which nobody new may come by it; 0: never. */
  expires: z.int().min(0),
  /** Peers that may come by it; 0: as many as like. */
  uses: z.int().min(0).max(MAX_USES),
  /** By the creator. */
  signature: bytesSchema(64)
}

const inviteSchema = z.strictObject({
  /** Of the invite's own Ed25519 key. */
  seed: bytesSchema(32),
  ...termsShape
})

export const passSchema = z.strictObject({
  /** The invite's public key. */
  key: bytesSchema(32),
  ...termsShape,
  /** By the invite's key: that this peer holds it. */
  claim: bytesSchema(64)
})

export type Invite = z.output<typeof inviteSchema>
export type Pass = z.output<typeof passSchema>

/** Seven entries at the most. */
const LIMITS = { values: 16, depth: 2 }

const u64 = (value: number): Uint8Array => {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes
}

const u32 = (value: number): Uint8Array => u64(value).subarray(4)

/** What the creator signs of an invite. `hash`: of the manifest, hexadecimal. */
export const inviteDigest = (
  hash: string,
  key: Uint8Array,
  { expires, uses }: Pick<Invite, 'expires' | 'uses'>
): Uint8Array<ArrayBuffer> =>
  digestOf('swarmgrad/invite/1', hexToBytes(hash), key, u64(expires), u32(uses))

/** What the invite's key signs for the peer that shows it. */
export const passDigest = (hash: string, peer: string): Uint8Array<ArrayBuffer> =>
  digestOf('swarmgrad/pass/1', hexToBytes(hash), utf8ToBytes(peer))

/** What must be signed by whom for a pass to be good. */
export const passClaims = (
  hash: string,
  creator: string,
  peer: string,
  pass: Pass
): readonly [invite: SignedClaim, holder: SignedClaim] => [
  { signer: creator, digest: inviteDigest(hash, pass.key, pass), signature: pass.signature },
  { signer: peerIdOf(pass.key), digest: passDigest(hash, peer), signature: pass.claim }
]

/** As it stands in a link. */
export const inviteText = (invite: Invite): string => toBase64url(encode(invite))

/** The invite in a link; null: it is none. Never throws. */
export const parseInvite = (text: string): Invite | null => {
  if (text.length > MAX_INVITE_TEXT) return null
  const bytes = fromBase64url(text)
  if (bytes === null || cborRule(bytes, LIMITS) !== null) return null
  try {
    return inviteSchema.safeParse(decode(bytes)).data ?? null
  } catch {
    // Keys out of order, a number in two spellings.
    return null
  }
}
