import { multiaddr } from '@multiformats/multiaddr'
import test, { type ExecutionContext } from 'ava'
import { InvalidInputError } from '../../src/errors.ts'
import { createNode } from '../../src/network/create-node.ts'
import type { Network } from '../../src/network/network.ts'
import { Reach } from '../../src/network/reach/reach.ts'
import type { ReachOptions } from '../../src/network/reach/reach-options.ts'
import { RELAY_BOUNDS } from '../../src/network/reach/relay-limits.ts'
import { HOP } from '../../src/network/reach/relay-messages.ts'
import { createPeer, linkUp, message, type Peer, seedOf } from './network-harness.ts'

const REACH: ReachOptions = { on: true, mode: 'auto', announce: [], relay: 'off', traverse: true }
const OUTBOUND: ReachOptions = { ...REACH, mode: 'outbound' }

const relay = (t: ExecutionContext, seed: number, bounds = RELAY_BOUNDS): Promise<Peer> =>
  createPeer(t, seed, { reach: { ...REACH, relay: 'on', bounds } })

/** Its slots are taken on an event of libp2p's, and nobody is told. */
const untilRelays = async ({ network }: Peer, count: number): Promise<void> => {
  while (network.reachability().relays.length !== count) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** A peer that listens nowhere and has slots on these relays. */
const outbound = async (t: ExecutionContext, seed: number, relays: readonly Peer[]) => {
  const peer = await createPeer(t, seed, { reach: OUTBOUND })
  for (const { name, network } of relays) peer.network.introduce(name, network.addresses())
  peer.network.want(relays.map(({ name }) => name))
  await untilRelays(peer, relays.length)
  return peer
}

test('should reach a peer that listens nowhere through a relay', async (t) => {
  const between = await relay(t, 1)
  const [a, b] = [await outbound(t, 2, [between]), await outbound(t, 3, [between])]
  const told = b.network.addresses()
  t.deepEqual(
    told,
    between.network.addresses().map((address) => `${address}/p2p-circuit/p2p/${b.name}`)
  )
  t.is(b.network.reachability().verdict, 'outbound')
  await linkUp(a, b)
  const path = a.network.path(b.name)!
  t.is(path.kind, 'relayed')
  t.deepEqual([path.address], told)
  a.network.send(b.name, message('bulk', 7, new Uint8Array(500_000)), 'every')
  t.is((await b.recorder.next('message')).body.byteLength, 500_000)
  const { peers, bytes } = between.network.reachability().relaying
  t.is(peers, 2)
  t.true(bytes > 500_000 && bytes < 600_000, `${bytes} bytes`)
  // What goes through a relay is counted once, on the socket to the relay.
  const sent = a.network.socketBytesSent()
  t.true(sent > 500_000 && sent < 600_000, `${sent} bytes`)
})

test('should know the quota of its way, and what it can carry', async (t) => {
  const between = await relay(t, 1, { ...RELAY_BOUNDS, bytes: 2_000_000, lasts: 600_000 })
  const [a, b] = [await outbound(t, 2, [between]), await outbound(t, 3, [between])]
  await linkUp(a, b)
  const before = a.network.path(b.name)!.quota!
  t.true(before.bytes > 800_000 && before.bytes < 1_000_000, `${before.bytes} bytes`)
  t.true(before.milliseconds > 540_000 && before.milliseconds <= 570_000)
  t.true(a.network.canCarry(b.name, 800_000))
  t.false(a.network.canCarry(b.name, 1_000_000))
  t.true(a.network.canCarry(between.name, 1e9))
  t.false(a.network.canCarry('somebody else', 1))
  a.network.send(b.name, message('bulk', 7, new Uint8Array(400_000)), 'every')
  await b.recorder.next('message')
  for (const peer of [a, b]) {
    const [other] = [a, b].filter((one) => one !== peer)
    const { bytes } = peer.network.path(other!.name)!.quota!
    t.true(bytes < before.bytes - 190_000 && bytes > before.bytes - 230_000, `${bytes} bytes`)
  }
})

test('should renew a circuit in order before its bytes run out', async (t) => {
  const bounds = { ...RELAY_BOUNDS, bytes: 1_000_000 }
  const between = await relay(t, 1, bounds)
  const [a, b] = [await outbound(t, 2, [between]), await outbound(t, 3, [between])]
  await linkUp(a, b)
  const wanted = 40
  const got = new Set<number>()
  // Whatever a link that goes down leaves behind is sent again, as a strategy does.
  const send = (): void => {
    for (let n = 0; n < wanted; n++) {
      if (!got.has(n))
        a.network.send(b.name, message('bulk', 7, new Uint8Array(50_000).fill(n)), 'every')
    }
  }
  const sent: number[] = []
  const received: number[] = []
  a.recorder.onEvent = (event) => {
    if (event.type !== 'link' || event.peer !== b.name) return
    if (event.state === 'up') queueMicrotask(send)
    else sent.push(a.recorder.sentBytes)
  }
  b.recorder.onEvent = (event) => {
    if (event.type !== 'link' || event.peer !== a.name) return
    if (event.state === 'down') received.push(b.recorder.receivedBytes)
  }
  send()
  while (got.size < wanted) got.add((await b.recorder.next('message')).body[0]!)
  t.true(sent.length >= 2, 'two megabytes in circuits of one')
  // Nothing was cut: all that had been written on a circuit has come.
  t.deepEqual(received.slice(0, sent.length), sent)
})

test('should be reached through the other relay when one has gone', async (t) => {
  const relays = [await relay(t, 1), await relay(t, 4)]
  const b = await outbound(t, 3, relays)
  const a = await createPeer(t, 2, { reach: OUTBOUND })
  t.is(b.network.addresses().length, 2)
  const told = b.network.addresses()
  await relays[0]!.network.stop()
  a.network.introduce(b.name, told)
  a.network.want([b.name])
  await Promise.all([a.recorder.untilLink(b.name, 'up'), b.recorder.untilLink(a.name, 'up')])
  t.true(a.network.path(b.name)!.address.includes(relays[1]!.name))
  await untilRelays(b, 1)
})

test('should take a direct connection instead of a relayed one', async (t) => {
  const between = await relay(t, 1)
  const b = await outbound(t, 3, [between])
  // It listens: the other end will call as soon as it hears where.
  const a = await createPeer(t, 2, { reach: REACH })
  await linkUp(a, b)
  await a.recorder.next('path', ({ path }) => path.kind === 'direct')
  t.is(a.network.path(b.name)!.kind, 'direct')
  await b.recorder.next('path', ({ peer, path }) => peer === a.name && path.kind === 'direct')
  const ways = a.recorder.events.flatMap((event) =>
    event.type === 'path' ? [event.path.kind] : []
  )
  t.deepEqual(ways, ['relayed', 'direct'])
  t.deepEqual(a.recorder.history, ['up', 'down', 'up'])
  a.network.send(b.name, message('bulk', 7, new Uint8Array(10)), 'every')
  t.is((await b.recorder.next('message')).kind, 7)
})

test('should not take a relayed connection instead of a direct one', async (t) => {
  const between = await relay(t, 1)
  const b = await outbound(t, 3, [between])
  const reach = await Reach.prepare(REACH)
  const a = await createNode({
    identitySeed: seedOf(2),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    topic: 'any',
    handlers: {},
    parts: [reach],
    admits: () => true
  })
  t.teardown(() => a.stop())
  const name = a.peerId.toString()
  const opened = new Promise((resolve) => {
    a.addEventListener('connection:open', resolve, { once: true })
  })
  b.network.introduce(name, a.getMultiaddrs().map(String))
  b.network.meet([name])
  await opened
  const relayed = b.network.addresses().map((address) => multiaddr(address))
  const gone = new Promise<void>((resolve) => {
    a.addEventListener('connection:close', ({ detail }) => {
      if (detail.remoteAddr.toString().includes('p2p-circuit')) resolve()
    })
  })
  await Promise.race([a.dial(relayed, { force: true }).then(() => gone), gone]).catch(() => {})
  t.is(b.network.path(name)!.kind, 'direct')
})

test('should not relay unless it is told to, or strangers have called', async (t) => {
  const shy = await createPeer(t, 1, { reach: { ...REACH, relay: 'auto' } })
  const peer = await createPeer(t, 2, { reach: OUTBOUND })
  await linkUp(peer, shy)
  t.deepEqual(peer.network.reachability().relays, [])
  t.deepEqual(shy.network.reachability().relaying, { peers: 0, bytes: 0 })
  t.deepEqual(peer.network.addresses(), [])
})

test('should listen for WebSockets, and call them', async (t) => {
  const listen = ['/ip4/127.0.0.1/tcp/0/ws']
  const [a, b] = [await createPeer(t, 1, { listen }), await createPeer(t, 2, { listen })]
  t.regex(b.network.addresses()[0]!, /\/tcp\/\d+\/ws\/p2p\//)
  await linkUp(a, b)
  a.network.send(b.name, message('bulk', 7, new Uint8Array(300_000)), 'every')
  t.is((await b.recorder.next('message')).body.byteLength, 300_000)
  const taken = a.network.addresses()[0]!.replace(/\/p2p\/.*/, '')
  const error = await t.throwsAsync(createPeer(t, 3, { listen: [taken] }), {
    instanceOf: InvalidInputError
  })
  t.is(error.problems[0]!.rule, `address in use: ${taken}`)
})

test('should tell others what the operator announces', async (t) => {
  const announce = ['/dns4/trainer.example/tcp/4001']
  const { network, name }: { network: Network; name: string } = await createPeer(t, 1, {
    reach: { ...REACH, announce }
  })
  t.is(network.addresses()[0], `${announce[0]}/p2p/${name}`)
  t.is(network.reachability().verdict, 'public')
})

test('should go on relaying when a stranger sends it nonsense', async (t) => {
  const between = await relay(t, 1)
  const [a, b] = [await outbound(t, 2, [between]), await outbound(t, 3, [between])]
  const stranger = await createNode({
    identitySeed: seedOf(9),
    listen: [],
    topic: 'another',
    handlers: {},
    admits: () => true
  })
  t.teardown(() => stranger.stop())
  const connection = await stranger.dial(multiaddr(between.network.addresses()[0]!))
  const nonsense = [
    [0],
    [2, 255, 255],
    [255, 255, 255, 255, 255, 1],
    // Lengths that are not kept, a call to nobody, a call to whoever is not there.
    [100, 8, 1],
    [4, 8, 1, 18, 0],
    [2, 8, 2]
  ]
  for (const bytes of nonsense) {
    const stream = await connection.newStream(HOP)
    await stream.sink([Uint8Array.from(bytes)])
    const answers: unknown[] = []
    try {
      for await (const answer of stream.source) answers.push(answer)
    } catch {
      // It was reset.
    }
    t.true(answers.length <= 1)
  }
  await linkUp(a, b)
  t.is(a.network.path(b.name)!.kind, 'relayed')
})
