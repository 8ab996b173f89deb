import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Connection, Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import test from 'ava'
import { CID } from 'multiformats/cid'
import { cidOf } from '../../src/swarm/cid.ts'
import { createFinder, type Finder, HASH } from './discovery-harness.ts'

const PROTOCOL = '/swarmgrad/kad/1'
const PUT_VALUE = 0
const GET_VALUE = 1
const ADD_PROVIDER = 2
const GET_PROVIDERS = 3

/** Protobuf: a varint, and a field of bytes. */
const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]
const bytes = (field: number, content: Uint8Array | readonly number[]): number[] => [
  ...varint((field << 3) | 2),
  ...varint(content.length),
  ...content
]
const message = (type: number, ...fields: readonly number[][]): Uint8Array => {
  const body = [8, type, ...fields.flat()]
  return Uint8Array.from([...varint(body.length), ...body])
}

const keyOf = (hash: string): Uint8Array => CID.parse(cidOf(hash)).multihash.bytes
const hashOf = (index: number): string => index.toString(16).padStart(64, '0')

/** Messages that come back, `most` at the most; fewer: the other end has cut it off. */
const replies = async (
  connection: Connection,
  request: Uint8Array,
  most: number
): Promise<readonly Uint8Array[]> => {
  const done = Promise.withResolvers<void>()
  const read: Uint8Array[] = []
  try {
    const stream = await connection.newStream(PROTOCOL)
    const sent = stream.sink(
      (async function* () {
        yield request
        await done.promise
      })()
    )
    sent.catch(() => {})
    let rest = Buffer.alloc(0)
    for await (const part of stream.source) {
      rest = Buffer.concat([rest, part.subarray()])
      for (let length = lengthOf(rest); length !== null && rest.length >= length; ) {
        read.push(rest.subarray(0, length))
        rest = rest.subarray(length)
        length = lengthOf(rest)
      }
      if (read.length >= most) return read
    }
  } catch {
    // Reset.
  } finally {
    done.resolve()
  }
  return read
}

/** The first message that comes back; null: none. */
const ask = async (connection: Connection, request: Uint8Array): Promise<Uint8Array | null> =>
  (await replies(connection, request, 1))[0] ?? null

/** Of a message with the varint before it; null: there is more of that to come. */
const lengthOf = (start: Uint8Array): number | null => {
  let value = 0
  for (const [i, byte] of start.entries()) {
    value |= (byte & 127) << (7 * i)
    if (byte < 128) return value + i + 1
  }
  return null
}

/** A message that nobody answers; returns once the other end has read it. */
const tell = async (connection: Connection, request: Uint8Array): Promise<void> => {
  try {
    const stream = await connection.newStream(PROTOCOL)
    await stream.sink([request])
    for await (const _ of stream.source);
  } catch {
    // It ends every stream so.
  }
}

const stranger = async (
  t: Parameters<typeof createFinder>[0],
  seed: number,
  victim: Finder
): Promise<{ readonly finder: Finder; readonly connection: Connection }> => {
  const finder = await createFinder(t, seed, { dht: 'off' })
  return { finder, connection: await finder.node.dial(victim.node.getMultiaddrs()) }
}

const isIn = (reply: Uint8Array | null, part: Uint8Array): boolean =>
  reply !== null && Buffer.from(reply).includes(Buffer.from(part))

const provide = (hash: string, peer: Uint8Array): Uint8Array =>
  message(
    ADD_PROVIDER,
    bytes(2, keyOf(hash)),
    bytes(9, [...bytes(1, peer), ...bytes(2, multiaddr('/ip4/127.0.0.1/tcp/9').bytes)])
  )

test('should keep no more than 16 records of one peer, and none in another name', async (t) => {
  const victim = await createFinder(t, 101)
  const { finder, connection } = await stranger(t, 102, victim)
  const self = finder.node.peerId.toMultihash().bytes
  const other = (await generateKeyPair('Ed25519')).publicKey.toMultihash().bytes
  for (let i = 0; i < 40; i++) {
    await tell(connection, provide(hashOf(i), self))
    await tell(connection, provide(hashOf(i), other))
  }
  const replies = []
  for (let i = 0; i < 40; i++) {
    replies.push(await ask(connection, message(GET_PROVIDERS, bytes(2, keyOf(hashOf(i))))))
  }
  const known = replies.flatMap((reply, i) => (isIn(reply, self) ? [i] : []))
  t.deepEqual(
    known,
    Array.from({ length: 16 }, (_, i) => 24 + i)
  )
  t.false(replies.some((reply) => isIn(reply, other)))
})

test('should keep no values', async (t) => {
  const victim = await createFinder(t, 111)
  const { connection } = await stranger(t, 112, victim)
  const key = Buffer.from('key')
  const value = Buffer.from('a value that nobody here has asked for')
  const record = Uint8Array.from([...bytes(1, key), ...bytes(2, value)])
  t.true(isIn(await ask(connection, message(PUT_VALUE, bytes(2, key), bytes(3, record))), value))
  t.false(isIn(await ask(connection, message(GET_VALUE, bytes(2, key))), value), 'only echoed')
})

test('should cut off a message that is too large, and whatever is no message', async (t) => {
  const victim = await createFinder(t, 121)
  const { connection } = await stranger(t, 122, victim)
  const large = message(GET_PROVIDERS, bytes(2, keyOf(HASH)), bytes(3, new Uint8Array(1 << 20)))
  t.is(await ask(connection, large), null)
  // More often than streams may be open at a time.
  for (let i = 0; i < 140; i++) {
    t.is(await ask(connection, Uint8Array.of(5, 255, 255, 255, 255, 255)), null)
  }
  const reply = await ask(connection, message(GET_PROVIDERS, bytes(2, keyOf(HASH))))
  t.not(reply, null, 'it still answers')
})

test('should answer 300 requests of one address at once, however they come, and not many more', async (t) => {
  const victim = await createFinder(t, 131)
  const { connection } = await stranger(t, 132, victim)
  const request = message(GET_PROVIDERS, bytes(2, keyOf(HASH)))
  const began = performance.now()
  const allowed = (): number => 300 + (50 * (performance.now() - began)) / 1000 + 1
  let answered = 0
  for (const [streams, onEach] of [
    [50, 1],
    [2, 100],
    [1, 1000]
  ] as const) {
    const together = Buffer.concat(Array<Uint8Array>(onEach).fill(request))
    for (let i = 0; i < streams; i++) {
      answered += (await replies(connection, together, onEach)).length
    }
    if (onEach < 1000) t.is(answered, onEach === 1 ? 50 : 250)
  }
  t.true(answered <= allowed(), `${answered} of ${allowed()}`)
})

test('should not be led astray by a peer that answers with nonsense', async (t) => {
  const [a, b, common] = await Promise.all([141, 142, 143].map((seed) => createFinder(t, seed)))
  const liar = await createFinder(t, 144, { dht: 'off' })
  const invented = await Promise.all(
    Array.from({ length: 40 }, async (_, i) => {
      const { publicKey } = await generateKeyPair('Ed25519')
      const address = multiaddr(`/ip4/127.0.0.1/tcp/${i + 1}`).bytes
      return [...bytes(1, publicKey.toMultihash().bytes), ...bytes(2, address)]
    })
  )
  const peers = invented.flatMap((peer, i) => bytes(i % 2 === 0 ? 8 : 9, peer))
  const lie = message(GET_PROVIDERS, bytes(2, keyOf(HASH)), peers)
  const replies = [lie, new Uint8Array(100_000).fill(255), Uint8Array.of(3, 1, 2, 3)]
  let asked = 0
  await liar.node.handle(PROTOCOL, ({ stream }: { readonly stream: Stream }) => {
    const reply = replies[asked++ % replies.length]!
    stream.sink([reply]).catch(() => {})
  })
  for (const finder of [a!, b!]) {
    await finder.node.dial(liar.node.getMultiaddrs())
    await finder.node.dial(common!.node.getMultiaddrs())
  }
  await Promise.all([a!.until([b!.name]), b!.until([a!.name])])
  t.true(asked > 0)
})
