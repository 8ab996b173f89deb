import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'

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

/** Null: a letter that is none, or bits left over. */
const fromBase32 = (text: string): Uint8Array | null => {
  const bytes: number[] = []
  let bits = 0
  let held = 0
  for (const letter of text) {
    const value = ALPHABET.indexOf(letter)
    if (value < 0) return null
    held = (held << 5) | value
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push(held >> bits)
    held &= (1 << bits) - 1
  }
  return bits >= 5 || held !== 0 ? null : Uint8Array.from(bytes)
}

/** CIDv1, dag-cbor, sha2-256, 32 bytes (github.com/multiformats/cid). */
const PREFIX = [0x01, 0x71, 0x12, 0x20]
/** Of a CID as text: a letter for its base, and 36 bytes. */
const CID_LENGTH = 1 + Math.ceil(((PREFIX.length + 32) * 8) / 5)

/** The name of a document in IPFS. `hash`: SHA-256 of its dag-cbor form, 64 hexadecimal digits. */
export const cidOf = (hash: string): string =>
  `b${base32(Uint8Array.of(...PREFIX, ...hexToBytes(hash)))}`

/** The hash in a CID, 64 hexadecimal digits; null: it is none of `cidOf`. */
export const parseCid = (cid: string): string | null => {
  if (cid.length !== CID_LENGTH || !cid.startsWith('b')) return null
  const bytes = fromBase32(cid.slice(1))
  if (bytes === null || PREFIX.some((byte, index) => bytes[index] !== byte)) return null
  return bytesToHex(bytes.subarray(PREFIX.length))
}
