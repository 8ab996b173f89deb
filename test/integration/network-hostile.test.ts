import type { IncomingStreamData, Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import test, { type ExecutionContext } from 'ava'
import { pipe } from 'it-pipe'
import { createNode } from '../../src/network/create-node.ts'
import { protocolsOf } from '../../src/network/protocols.ts'
import { encodeFrame } from '../../src/wire/frame.ts'
import type { WireLimits } from '../../src/wire/limits.ts'
import { CHANNELS, type Channel } from '../../src/wire/link-end.ts'
import type { RejectReason } from '../../src/wire/reject.ts'
import {
  createPeer,
  HASH,
  LIMITS,
  linkUp,
  message,
  type Peer,
  seedOf,
  TAG
} from './network-harness.ts'

/** Frames above half of the window, so that a sender can overdraw it. */
const TIGHT: WireLimits = { maxFrame: 1_100_000, window: 1_300_000, maxQueued: 4_000_000 }

/** A raw libp2p node with the right protocols that is linked to the victim and obeys nothing. */
class Hostile {
  readonly outgoing = {} as Record<Channel, Stream>
  readonly incoming = {} as Record<Channel, Stream>
  name = ''

  static async linkedTo(t: ExecutionContext, victim: Peer): Promise<Hostile> {
    const hostile = new Hostile()
    const { channels, presence } = protocolsOf(HASH)
    const accept = (channel: Channel) => (data: IncomingStreamData) => {
      hostile.incoming[channel] = data.stream
    }
    const node = await createNode({
      identitySeed: seedOf(66),
      listen: ['/ip4/127.0.0.1/tcp/0'],
      topic: presence,
      handlers: Object.fromEntries(CHANNELS.map((c) => [channels[c], accept(c)])),
      admits: () => true
    })
    t.teardown(() => node.stop())
    hostile.name = node.peerId.toString()
    const connection = await node.dial(multiaddr(victim.network.addresses()[0]))
    for (const c of CHANNELS) hostile.outgoing[c] = await connection.newStream(channels[c])
    await victim.recorder.untilLink(hostile.name, 'up')
    return hostile
  }

  /** Writes, and leaves the stream open. */
  say(stream: Stream, ...chunks: Uint8Array[]): void {
    const source = async function* () {
      yield* chunks
      await new Promise(() => {})
    }
    pipe(source(), stream).catch(() => {})
  }
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const other = (tag: Partial<typeof TAG>): Uint8Array =>
  encodeFrame({ ...TAG, ...tag }, 1, bytes(1, 2, 3))
const edited = (at: number): Uint8Array => {
  const frame = other({})
  frame[at]! ^= 1
  return frame
}
const credit = (...body: number[]): Uint8Array => encodeFrame(TAG, 0, bytes(...body))

interface Attack {
  readonly name: string
  readonly channel: Channel
  readonly chunks: readonly Uint8Array[]
  readonly expected: readonly RejectReason[]
}

const three = (chunk: Uint8Array): readonly Uint8Array[] => [chunk, chunk, chunk]
const thrice = (reason: RejectReason): readonly RejectReason[] => [reason, reason, reason]

const ATTACKS: readonly Attack[] = [
  {
    name: 'garbage',
    channel: 'bulk',
    chunks: [new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n')],
    expected: ['length']
  },
  {
    name: 'a length of 4 GB',
    channel: 'control',
    chunks: [bytes(255, 255, 255, 255)],
    expected: ['length']
  },
  {
    name: 'a length below the header',
    channel: 'bulk',
    chunks: [bytes(0, 0, 0, 13)],
    expected: ['length']
  },
  {
    name: 'frames of another swarm',
    channel: 'bulk',
    chunks: three(other({ manifest: 1 })),
    expected: thrice('manifest')
  },
  {
    name: 'frames of another model',
    channel: 'bulk',
    chunks: three(other({ layout: 1 })),
    expected: thrice('layout')
  },
  {
    name: 'frames of another version',
    channel: 'control',
    chunks: three(edited(4)),
    expected: thrice('version')
  },
  {
    name: 'damaged frames',
    channel: 'bulk',
    chunks: three(edited(20)),
    expected: thrice('checksum')
  },
  {
    name: 'more bytes than it has credit for',
    channel: 'bulk',
    chunks: [
      encodeFrame(TAG, 1, new Uint8Array(600_000)),
      encodeFrame(TAG, 1, new Uint8Array(1_000_000))
    ],
    expected: ['credit']
  },
  {
    name: 'a flood of tiny grants',
    channel: 'control',
    chunks: [credit(1, 0, 0, 0, 1)],
    expected: ['credit']
  },
  {
    name: 'grants on the bulk channel',
    channel: 'bulk',
    chunks: three(credit(1, 1, 0, 0, 0)),
    expected: thrice('kind')
  },
  {
    name: 'malformed grants',
    channel: 'control',
    chunks: three(credit(9)),
    expected: thrice('body')
  }
]

for (const { name, channel, chunks, expected } of ATTACKS) {
  test(`should ban a peer that sends ${name}, and serve the others`, async (t) => {
    const victim = await createPeer(t, 1, { limits: TIGHT })
    const good = await createPeer(t, 2, { limits: TIGHT })
    await linkUp(good, victim)
    const hostile = await Hostile.linkedTo(t, victim)
    hostile.say(hostile.outgoing[channel], ...chunks)
    await victim.recorder.untilLink(hostile.name, 'down')
    const reasons = victim.recorder.events.flatMap((event) =>
      event.type === 'rejected' && event.peer === hostile.name ? [event.reason] : []
    )
    t.deepEqual(reasons, expected)
    good.network.send(victim.name, message('bulk', 5, bytes(1)), 'every')
    t.is((await victim.recorder.next('message', ({ kind }) => kind === 5)).peer, good.name)
    t.deepEqual(good.recorder.history, ['up'])
  })
}

test('should ban a peer that floods it faster than it consumes', async (t) => {
  const victim = await createPeer(t, 1)
  victim.recorder.consumes = false
  const hostile = await Hostile.linkedTo(t, victim)
  const frame = encodeFrame(TAG, 1, new Uint8Array(LIMITS.maxFrame / 2))
  const enough = Math.ceil(LIMITS.window / frame.byteLength) + 1
  hostile.say(hostile.outgoing.bulk, ...Array.from({ length: enough }, () => frame))
  await victim.recorder.untilLink(hostile.name, 'down')
  const { events } = victim.recorder
  t.deepEqual(
    events.flatMap((event) => (event.type === 'rejected' ? [event.reason] : [])),
    ['credit']
  )
  const bytes = events.reduce(
    (sum, event) => (event.type === 'message' ? sum + event.body.byteLength : sum),
    0
  )
  t.true(bytes <= LIMITS.window, `${bytes} bytes were taken in`)
})

const rude = async (t: ExecutionContext, act: (hostile: Hostile) => void): Promise<void> => {
  const victim = await createPeer(t, 1, {}, { linger: 50 })
  const hostile = await Hostile.linkedTo(t, victim)
  act(hostile)
  await victim.recorder.untilLink(hostile.name, 'down')
  t.deepEqual(victim.recorder.history, ['up', 'down'])
}

test('should drop a peer that answers on a stream that is not its own', (t) =>
  rude(t, (hostile) => hostile.say(hostile.incoming.bulk, bytes(1))))

test('should drop a peer that resets a stream that is not its own', (t) =>
  rude(t, (hostile) => hostile.incoming.control.abort(new Error('rude'))))

test('should drop a peer that resets its own stream', (t) =>
  rude(t, (hostile) => hostile.outgoing.bulk.abort(new Error('rude'))))

test('should drop a peer that ends one of its streams', (t) =>
  rude(t, (hostile) => void hostile.outgoing.bulk.closeWrite()))

test('should give up on a peer that opens one stream only', async (t) => {
  const victim = await createPeer(t, 1, {}, { handshake: 300 })
  const node = await createNode({
    identitySeed: seedOf(66),
    listen: [],
    topic: 'none',
    handlers: {},
    admits: () => true
  })
  t.teardown(() => node.stop())
  const connection = await node.dial(multiaddr(victim.network.addresses()[0]))
  const closed = new Promise((resolve) => node.addEventListener('connection:close', resolve))
  await connection.newStream(protocolsOf(HASH).channels.bulk)
  await closed
  t.deepEqual(victim.recorder.history, [])
})
