/** Protobuf by hand: what no honest encoder would write. */

export const varint = (value: number): Uint8Array => {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  return Uint8Array.from([...bytes, rest])
}

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts)

/** A field of wire type 2. */
const field = (number: number, value: Uint8Array): Uint8Array =>
  joined(varint(number * 8 + 2), varint(value.byteLength), value)

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

const CHUNK = 64 << 10

/** With its length in front, in pieces. */
export function* delimited(message: Uint8Array): Generator<Uint8Array> {
  yield varint(message.byteLength)
  for (let at = 0; at < message.byteLength; at += CHUNK) yield message.subarray(at, at + CHUNK)
}

/** Identify with an agent version of so many bytes. */
export const bigIdentify = (bytes: number): Uint8Array =>
  joined(field(5, text('ipfs/0.1.0')), field(6, new Uint8Array(bytes).fill(97)))

/** A gossipsub RPC with so many messages on a topic, none of them signed. */
export const gossipOf = (topic: string, data: Uint8Array, messages: number): Uint8Array =>
  joined(
    ...Array.from({ length: messages }, (_, n) =>
      field(2, joined(field(2, data), field(3, varint(n + 1)), field(4, text(topic))))
    )
  )

/** A gossipsub RPC that subscribes to so many topics. */
export const subscriptions = (topics: number): Uint8Array =>
  joined(
    ...Array.from({ length: topics }, (_, n) =>
      field(1, joined(Uint8Array.of(8, 1), field(2, text(`topic ${n} ${Math.random()}`))))
    )
  )

/** A Kademlia ADD_PROVIDER of `peer` for `key` (a sha2-256 multihash). */
export const addProvider = (digest: Uint8Array, peer: Uint8Array): Uint8Array => {
  const key = joined(Uint8Array.of(0x12, 0x20), digest)
  const id = joined(Uint8Array.of(0, 36, 8, 1, 18, 32), peer)
  const provider = joined(
    field(1, id),
    field(2, Uint8Array.of(4, 198, 51, 100, 7, 6, 15, 161)),
    Uint8Array.of(24, 1)
  )
  return joined(Uint8Array.of(8, 2), field(2, key), field(9, provider))
}
