/**
 * One address that floods a peer, in a process of its own and at the lowest priority: what it costs the
 * victim is measured, not what it takes from the machine. Told by its parent what to do; answers with counts.
 */
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { constants, setPriority } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import type { Connection, Libp2p, Stream, StreamMuxerFactory } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { pipe } from 'it-pipe'
import { createLibp2p } from 'libp2p'
import { keyOf } from '../../src/network/peer-name.ts'
import type { Counts, Order } from './orders.ts'
import { addProvider, bigIdentify, delimited, gossipOf, subscriptions } from './payloads.ts'

setPriority(constants.priority.PRIORITY_LOW)

const counts: Record<string, number> = {}
const count = (what: string, by = 1): void => {
  counts[what] = (counts[what] ?? 0) + by
}

let over = false
/** What is held open until the end. */
const held: Array<() => unknown> = []

/** What yamux does not show: its queue of bytes to go out, and what it does with an answer. */
interface Muxer {
  readonly source: { push(bytes: Uint8Array): void }
  handlePingResponse(id: number): void
}

/** Of each peer's last connection. */
const muxers = new WeakMap<Libp2p, Muxer>()

/** A peer with a name of its own that obeys nothing. */
const nobody = async (): Promise<Libp2p> => {
  let last: Muxer | null = null
  const muxer = yamux({ maxOutboundStreams: 100_000, enableKeepAlive: false })
  const shown = (components: Parameters<typeof muxer>[0]): StreamMuxerFactory => {
    const factory = muxer(components)
    return {
      protocol: factory.protocol,
      createStreamMuxer: (init) => {
        const made = factory.createStreamMuxer(init)
        last = made as unknown as Muxer
        return made
      }
    }
  }
  const node = await createLibp2p({
    privateKey: await keyOf(randomBytes(32)),
    addresses: { listen: [] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [shown],
    connectionManager: { maxParallelDials: 1000, dialTimeout: 10_000 },
    connectionMonitor: { enabled: false }
  })
  held.push(() => node.stop())
  node.addEventListener('connection:open', () => muxers.set(node, last!))
  return node
}

type Act = () => Promise<void>

/** As many hands as told, each of which goes on until the end. */
const hands = async (number: number, make: () => Act): Promise<void> => {
  const one = async (): Promise<void> => {
    const act = make()
    // Who is refused tries again.
    while (!over) await act().catch(() => sleep(2))
  }
  await Promise.all(Array.from({ length: number }, one))
}

const dial = async (node: Libp2p, { address }: Order): Promise<Connection> => {
  count('tried')
  try {
    const connection = await node.dial(multiaddr(address), { force: true })
    count('connected')
    node.addEventListener('connection:close', () => count('cut off'), { once: true })
    return connection
  } catch (error) {
    count('refused')
    throw error
  }
}

/** One that lives on one connection, and dials again when it is cut off. */
const persistent =
  (order: Order, use: (connection: Connection, node: Libp2p) => Promise<void>) => (): Act => {
    let node: Libp2p | null = null
    return async () => {
      const [open] = node?.getConnections() ?? []
      if (open !== undefined && open.status === 'open') return use(open, node!)
      // Bans are by name: this one comes under another.
      if (node !== null) void node.stop()
      node = await nobody()
      await dial(node, order)
    }
  }

const write = async (stream: Stream, chunks: Iterable<Uint8Array>): Promise<void> => {
  await pipe(chunks, stream.sink)
}

const ATTACKS: Readonly<Record<Order['attack'], (order: Order) => Promise<void>>> = {
  /** Everyone under another name, and held open. */
  connections: (order) =>
    hands(32, () => async () => {
      const node = await nobody()
      try {
        await dial(node, order)
      } catch (error) {
        void node.stop()
        throw error
      }
    }),

  /** TCP alone: each waits for the handshake to time out. */
  sockets: ({ address }) => {
    const [, , host, , port] = address.split('/')
    return hands(64, () => async () => {
      const socket = connect(Number(port), host)
      count('tried')
      const opened = await new Promise<boolean>((done) => {
        socket.once('connect', () => done(true))
        socket.once('error', () => done(false))
      })
      count(opened ? 'connected' : 'refused')
      socket.on('close', () => count('cut off'))
      socket.on('error', () => {})
      held.push(() => socket.destroy())
      await sleep(1)
    })
  },

  streams: (order) =>
    hands(
      4,
      persistent(order, async (connection) => {
        const open = async (): Promise<void> => {
          const protocol = Math.random() < 0.5 ? '/ipfs/ping/1.0.0' : '/nothing/1'
          const options = { maxOutboundStreams: 100_000, negotiateFully: false }
          const stream = await connection.newStream(protocol, options)
          count('opened')
          if (Math.random() < 0.5) stream.abort(new Error('never mind'))
        }
        await Promise.all(Array.from({ length: 20 }, open))
        await sleep(2)
      })
    ),

  pings: (order) =>
    hands(
      4,
      persistent(order, async (_connection, node) => {
        const muxer = muxers.get(node)!
        muxer.handlePingResponse = () => count('answered')
        const ping = Uint8Array.of(0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7)
        for (let n = 0; n < 100; n++) muxer.source.push(ping)
        count('sent', 100)
        await sleep(5)
      })
    ),

  /** The peer asks whoever calls who it is. */
  identify: (order) =>
    hands(4, () => async () => {
      const node = await nobody()
      const asked = Promise.withResolvers<void>()
      await node.handle('/ipfs/id/1.0.0', async ({ stream }) => {
        count('sent')
        await write(stream, delimited(bigIdentify(4 << 20))).catch(() => {})
        asked.resolve()
      })
      try {
        await dial(node, order)
        await Promise.race([asked.promise, sleep(2000)])
      } finally {
        void node.stop()
      }
    }),

  gossip: (order) =>
    hands(
      4,
      persistent(order, async (connection) => {
        const stream = await connection.newStream('/meshsub/1.1.0', {
          maxOutboundStreams: 100_000
        })
        const rpcs = function* () {
          yield* delimited(subscriptions(200))
          for (let n = 0; n < 50 && !over; n++) {
            yield* delimited(gossipOf(order.topic, randomBytes(1000), 200))
            count('sent', 200)
            count('bytes', 200_000)
          }
          // And one that is far too large.
          yield* delimited(gossipOf(order.topic, randomBytes(8 << 20), 1))
          count('bytes', 8 << 20)
        }
        await write(stream, rpcs())
      })
    ),

  dht: (order) =>
    hands(
      4,
      persistent(order, async (connection) => {
        const stream = await connection.newStream('/swarmgrad/kad/1', {
          maxOutboundStreams: 100_000
        })
        const requests = function* () {
          for (let n = 0; n < 500 && !over; n++) {
            yield* delimited(addProvider(randomBytes(32), randomBytes(32)))
            count('sent')
          }
        }
        await write(stream, requests())
      })
    )
}

process.on('message', (order: Order | 'stop') => {
  if (order !== 'stop') {
    over = false
    ATTACKS[order.attack](order).catch((error: unknown) => {
      process.send?.({ failed: String(error) })
    })
    return
  }
  over = true
  process.send?.({ ...counts } satisfies Counts)
  for (const key of Object.keys(counts)) delete counts[key]
  for (const close of held.splice(0)) void close()
})
process.on('disconnect', () => process.exit())
