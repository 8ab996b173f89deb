const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/**
 * What goes before a raw Ed25519 key in a peer id: an identity multihash of 36 bytes, in it a protobuf of
 * key type 1 and 32 bytes of key (github.com/libp2p/specs, peer-ids).
 */
const PREFIX = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20]

const base58 = (bytes: Uint8Array): string => {
  let value = 0n
  for (const byte of bytes) value = value * 256n + BigInt(byte)
  let text = ''
  for (; value > 0n; value /= 58n) text = ALPHABET[Number(value % 58n)] + text
  // Each zero byte in front is a letter of its own.
  const zeros = bytes.findIndex((byte) => byte !== 0)
  return ALPHABET[0]!.repeat(zeros < 0 ? bytes.length : zeros) + text
}

/** The name of whoever holds a key. `publicKey`: Ed25519, 32 bytes. */
export const peerIdOf = (publicKey: Uint8Array): string =>
  base58(Uint8Array.of(...PREFIX, ...publicKey))
