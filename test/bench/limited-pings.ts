/**
 * How late pings come while bodies of a megabyte go to, or come from, every neighbour of one peer
 * whose rates are limited, and how well the limit is kept.
 *
 *     node test/bench/limited-pings.ts up 20 8 120    direction, kB/s, neighbours, seconds
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { createNode, type SwarmNode } from '../../src/network/create-node.ts'
import { Links } from '../../src/network/links.ts'
import { protocolsOf } from '../../src/network/protocols.ts'
import { NO_RATES, RateLimit } from '../../src/network/rate-limit.ts'
import { SocketBytes } from '../../src/network/socket-bytes.ts'
import { TIMINGS } from '../../src/network/timings.ts'
import { urgencyOf } from '../../src/network/urgency.ts'
import { HASH, LIMITS, message, seedOf, TAG } from '../integration/network-harness.ts'

const [direction = 'up', rate = '20', neighbours = '1', seconds = '60'] = process.argv.slice(2)
const bytesPerSecond = Number(rate) * 1000

/** A network's parts, with its node to ping with. */
const open = async (seed: number, rates = NO_RATES) => {
  const protocols = protocolsOf(HASH)
  const limit = new RateLimit(rates)
  const bytes = new SocketBytes(limit, (name) => urgencyOf(name, protocols))
  const received = new Map<string, number>()
  let links: Links | null = null
  const node: SwarmNode = await createNode({
    identitySeed: seedOf(seed),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    topic: protocols.presence,
    metrics: bytes,
    isSlow: () => limit.down.limited,
    handlers: {
      [protocols.channels.control]: ({ stream, connection }) =>
        links?.incoming('control', stream, connection),
      [protocols.channels.bulk]: ({ stream, connection }) =>
        links?.incoming('bulk', stream, connection)
    },
    admits: () => true
  })
  const up = Promise.withResolvers<void>()
  const options = { tag: TAG, limits: LIMITS, protocols, timings: TIMINGS, maxLinks: 256 }
  links = new Links(node, options, {
    link: (_, state) => {
      if (state === 'up') up.resolve()
      else downs++
    },
    message: (peer, _channel, frame, consumed) => {
      received.set(peer, (received.get(peer) ?? 0) + frame.size)
      consumed()
    },
    rejected: () => {},
    sent: () => {},
    received: () => {},
    presence: () => {}
  })
  return { node, links, bytes, up: up.promise, received }
}

type Open = Awaited<ReturnType<typeof open>>

const body = new Uint8Array(1_000_000)

/** As much as credit lets go, for ever. */
const flood = async (from: Open, to: Open): Promise<void> => {
  let sent = 0
  for (;;) {
    const arrived = to.received.get(from.node.peerId.toString()) ?? 0
    if (sent - arrived < body.byteLength) {
      from.links.get(to.node.peerId.toString())?.send(message('bulk', 1, body), 'every')
      sent += body.byteLength
    }
    await sleep(20)
  }
}

const times: number[] = []
let downs = 0

const ping = async (from: Open, to: Open): Promise<void> => {
  for (;;) {
    const began = performance.now()
    const signal = AbortSignal.timeout(45_000)
    await from.node.services.ping.ping(to.node.peerId, { signal }).then(
      () => times.push(performance.now() - began),
      () => times.push(Infinity)
    )
    await sleep(1000)
  }
}

const limited = await open(1, { ...NO_RATES, [direction]: bytesPerSecond })
const names: string[] = []
for (let i = 0; i < Number(neighbours); i++) {
  const other = await open(2 + i)
  const name = limited.node.peerId.toString()
  other.links.introduce(
    name,
    limited.node.getMultiaddrs().map((address) => address.toString())
  )
  other.links.want([name])
  names.push(other.node.peerId.toString())
  // A link that only one end wants is closed when no frame is through within a minute.
  limited.links.want(names)
  await other.up
  await limited.up
  void (direction === 'up' ? flood(limited, other) : flood(other, limited))
  void ping(limited, other)
  void ping(other, limited)
}
const counted = (): number => (direction === 'up' ? limited.bytes.sent : limited.bytes.received)
const before = counted()
const began = performance.now()
await sleep(Number(seconds) * 1000)
const measured = ((counted() - before) / (performance.now() - began)) * 1000
times.sort((a, b) => a - b)
const at = (share: number): string =>
  `${Math.round(times[Math.floor(share * (times.length - 1))]!)}`
process.stdout.write(
  `${direction} ${rate} kB/s, ${neighbours} neighbours, ${seconds} s: ` +
    `${(measured / 1000).toFixed(2)} kB/s on the sockets; ${times.length} pings, ` +
    `median ${at(0.5)} ms, 99 % ${at(0.99)} ms, longest ${at(1)} ms, ${downs} links lost\n`
)
process.exit(0)
