/** Messages of gossip averaging for the codec's tests: honest ones, and damaged ones. */
import { float16 } from '../../../../src/compression/float16.ts'
import { createCompressor } from '../../../../src/compression/index.ts'
import { type Random, seeded } from '../../../../src/random.ts'
import { gossipCodec } from '../../../../src/strategy/gossip-averaging/codec.ts'
import type { GossipKinds, Message } from '../../../../src/strategy/gossip-averaging/kinds.ts'
import type { MessageCodec } from '../../../../src/strategy/strategy.ts'
import type { CompressionConfig } from '../../../../src/swarm/recipe.ts'
import { CHANNELS, type Outgoing } from '../../../../src/wire/link-end.ts'

export const LENGTH = 300

export const COMPRESSIONS: readonly CompressionConfig[] = [
  { name: 'none' },
  { name: 'int8' },
  { name: 'int4' },
  { name: 'top-k+int8', fraction: 0.1 },
  { name: 'top-k+int4', fraction: 0.01 }
]

export const codecFor = (
  compression: CompressionConfig,
  length = LENGTH
): MessageCodec<GossipKinds> => gossipCodec(createCompressor(compression), float16, length)

const LARGEST = 2 ** 32 - 1
const IDS = ['0000000000000000', '00000000000000ff', '8000000000000001', 'ffffffffffffffff']

/** Every kind, at the edges of what its fields can hold. */
export const validMessages = (compression: CompressionConfig): Message[] => {
  const compressor = createCompressor(compression)
  const random = seeded(5).fork(compression.name)
  const messages: Message[] = []
  for (const id of IDS) {
    for (const k of [0, 1, LARGEST]) {
      messages.push({ kind: 'hello', nonce: 1, wanted: true, degree: 4, round: 3, have: { id, k } })
      messages.push({
        kind: 'hello',
        nonce: k,
        wanted: k === 0,
        degree: 0,
        round: 3,
        have: { id, k }
      })
      messages.push({ kind: 'retire', id, final: k, round: 9 })
    }
    messages.push({ kind: 'done', id })
    for (const [k, code] of [
      [1, float16],
      [2, compressor],
      [LARGEST, compressor]
    ] as const) {
      for (const shift of [0, 31]) {
        const values = Float32Array.from({ length: LENGTH }, () => random.normal())
        messages.push({ kind: 'exchange', id, k, round: 9, shift, bytes: code.encode(values) })
      }
    }
  }
  for (const nonce of [0, 1, 2 ** 31, LARGEST]) {
    for (const degree of [0, 1, 4096]) {
      for (const wanted of [false, true]) {
        messages.push({ kind: 'hello', nonce, wanted, degree, round: 3, have: null })
      }
    }
  }
  // Last, an exchange: all kinds of values at once.
  const values = Float32Array.from({ length: LENGTH }, (_, i) => (i - 150) * 10 ** ((i % 9) - 4))
  messages.push({
    kind: 'exchange',
    id: IDS[1]!,
    k: 2,
    round: 9,
    shift: 3,
    bytes: compressor.encode(values)
  })
  return messages
}

/** Honest messages with flipped bits, cut short, grown, or on another kind or channel. */
export function* hostileMessages(
  compression: CompressionConfig,
  random: Random,
  count: number
): Generator<Outgoing> {
  const codec = codecFor(compression)
  const messages = validMessages(compression).map((message) => codec.encode(message))
  for (let i = 0; i < count; i++) {
    const { kind, channel, body } = messages[random.integer(messages.length)]!
    let bytes = new Uint8Array(body)
    for (let flips = random.integer(4); flips > 0; flips--) {
      const at = random.integer(bytes.byteLength)
      bytes[at] = bytes[at]! ^ (1 << random.integer(8))
    }
    const harm = random.integer(6)
    if (harm === 0) bytes = bytes.slice(0, random.integer(bytes.byteLength + 1))
    if (harm === 1) bytes = new Uint8Array([...bytes, random.integer(256)])
    yield {
      kind: harm === 2 ? random.integer(256) : kind,
      channel: harm === 3 ? CHANNELS[random.integer(2)]! : channel,
      body: bytes
    }
  }
}
