/** Every way in which an address of a link can fail, provoked on loopback. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import test, { type ExecutionContext } from 'ava'
import type { Failure } from '../../src/network/probe/failure.ts'
import { createProbeNode } from '../../src/network/probe/probe-node.ts'
import { probePeers } from '../../src/network/probe/probe-peers.ts'
import { createPeer } from './network-harness.ts'

const SOMEBODY = '12D3KooWGBfKqTqgQ3x9xhLdhYNhNhJvDDJsNiwqZ5Zbf5Q9MXdZ'

const probe = async (t: ExecutionContext, addresses: readonly string[], step?: number) => {
  const node = await createProbeNode()
  t.teardown(() => node.stop())
  return probePeers(node, addresses, step === undefined ? {} : { step })
}

const failureOf = async (
  t: ExecutionContext,
  address: string,
  step?: number
): Promise<Failure | null> => {
  const [probed] = (await probe(t, [address], step)).addresses
  return probed!.failure
}

const portOf = async (t: ExecutionContext, server: Server): Promise<number> => {
  // Whoever probes hangs up as it likes.
  server.on('connection', (socket) => socket.on('error', () => {}))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}

test('a member that answers says who it is and how this machine looks from there', async (t) => {
  const peer = await createPeer(t, 1)
  const [address] = peer.network.addresses()
  const { addresses, members } = await probe(t, [address!])
  t.is(addresses[0]!.failure, null)
  t.true(addresses[0]!.milliseconds! >= 0)
  t.is(members.length, 1)
  t.is(members[0]!.peer, peer.name)
  t.true(members[0]!.roundTripMs! >= 0)
  t.regex(members[0]!.observed!, /^\/ip4\/127\.0\.0\.1\/tcp\/\d+$/)
})

test('a port without a listener', async (t) => {
  const server = createServer()
  const port = await portOf(t, server)
  await new Promise((done) => server.close(done))
  const failure = await failureOf(t, `/ip4/127.0.0.1/tcp/${port}/p2p/${SOMEBODY}`)
  t.is(failure?.kind, 'refused')
})

test('a listener that never says anything', async (t) => {
  const port = await portOf(t, createServer())
  const failure = await failureOf(t, `/ip4/127.0.0.1/tcp/${port}/p2p/${SOMEBODY}`, 400)
  t.is(failure?.kind, 'timeout')
  t.regex(failure!.said, /took the call, and then said nothing for 0\.4 s/)
})

test('a listener of another program', async (t) => {
  const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  const failure = await failureOf(t, `/ip4/127.0.0.1/tcp/${await portOf(t, web)}/p2p/${SOMEBODY}`)
  t.is(failure?.kind, 'not-libp2p')
})

test('a name that DNS does not know', async (t) => {
  const failure = await failureOf(t, `/dns4/nowhere.invalid/tcp/4001/p2p/${SOMEBODY}`)
  t.is(failure?.kind, 'dns')
  t.regex(failure!.said, /nowhere\.invalid/)
})

test('another peer than the one that was expected', async (t) => {
  const peer = await createPeer(t, 1)
  const address = peer.network.addresses()[0]!.replace(peer.name, SOMEBODY)
  const failure = await failureOf(t, address)
  t.is(failure?.kind, 'other-peer')
  t.true(failure!.said.includes(peer.name))
})

test('a libp2p host that is no peer of ours', async (t) => {
  const host = await createProbeNode({ listen: ['/ip4/127.0.0.1/tcp/0'] })
  t.teardown(() => host.stop())
  const failure = await failureOf(t, host.getMultiaddrs()[0]!.toString())
  t.is(failure?.kind, 'not-swarmgrad')
})

test('an address for another transport', async (t) => {
  const failure = await failureOf(t, `/ip4/127.0.0.1/udp/4001/quic-v1/p2p/${SOMEBODY}`)
  t.is(failure?.kind, 'address')
})

test('one peer with a stale and a good address, and a dead one', async (t) => {
  const peer = await createPeer(t, 1)
  const [good] = peer.network.addresses()
  const stale = `/ip4/127.0.0.1/tcp/1/p2p/${peer.name}`
  const dead = `/ip4/127.0.0.1/tcp/1/p2p/${SOMEBODY}`
  const { addresses, members } = await probe(t, [stale, dead, good!])
  t.deepEqual(
    addresses.map(({ failure }) => failure?.kind ?? null),
    ['refused', 'refused', null]
  )
  t.deepEqual(
    members.map(({ peer: name }) => name),
    [peer.name]
  )
})
