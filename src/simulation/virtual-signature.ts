import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { type Claim, type PeerName, SIGNATURE_BYTES } from '../strategy/strategy.ts'
import type { Bytes } from '../vector/vector.ts'

/**
 * Signatures of virtual peers: a hash of name and digest, as long as a real signature. Anybody could
 * make one, but only simulated attackers would, and those sign as themselves.
 */
export const virtualSignature = (name: PeerName, digest: Bytes): Bytes => {
  const signature = new Uint8Array(SIGNATURE_BYTES)
  const hash = sha256(concatBytes(utf8ToBytes(name), digest))
  signature.set(hash)
  signature.set(hash, hash.length)
  return signature
}

export const isVirtuallySigned = ({ signer, digest, signature }: Claim): boolean => {
  const right = virtualSignature(signer, digest)
  return signature.length === right.length && right.every((byte, i) => byte === signature[i])
}
