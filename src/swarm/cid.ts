import { hexToBytes } from '@noble/hashes/utils.js'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** RFC 4648, section 6: lower case, without padding. */
const base32 = (bytes: Uint8Array): string => {
  let text = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(held >> (bits - 5)) & 31]
    held &= (1 << bits) - 1
  }
  return bits === 0 ? text : text + ALPHABET[(held << (5 - bits)) & 31]
}

/** CIDv1, dag-cbor, sha2-256, 32 bytes (github.com/multiformats/cid). */
const PREFIX = [0x01, 0x71, 0x12, 0x20]

/** The name of a document in IPFS. `hash`: SHA-256 of its dag-cbor form, 64 hexadecimal digits. */
export const cidOf = (hash: string): string =>
  `b${base32(Uint8Array.of(...PREFIX, ...hexToBytes(hash)))}`
