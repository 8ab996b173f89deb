import { encode } from '@ipld/dag-cbor'
import { multiaddr } from '@multiformats/multiaddr'
import test from 'ava'
import { createNode } from '../../src/network/create-node.ts'
import { protocolsOf } from '../../src/network/protocols.ts'
import { createPeer, HASH, linkUp, seedOf } from './network-harness.ts'

const TOPIC = protocolsOf(HASH).presence
/** What is not said. */
const DEFAULTS = {
  role: 'trainer' as const,
  leaving: false,
  links: [],
  replica: null,
  final: null
}

test('should carry presence to a third peer through a second', async (t) => {
  const [a, b, c] = [await createPeer(t, 1), await createPeer(t, 2), await createPeer(t, 3)]
  await linkUp(a, b)
  await linkUp(c, b)
  const presence = { round: 7, loss: 0.5, addresses: [...a.network.addresses()] }
  a.network.announce(presence)
  const heard = await c.recorder.next('presence')
  t.is(heard.peer, a.name)
  t.deepEqual(heard.presence, { ...DEFAULTS, ...presence })
  t.false(c.recorder.events.some((event) => event.type === 'link' && event.peer === a.name))
})

test('should repeat presence, and say the latest', async (t) => {
  const [a, b] = [await createPeer(t, 1), await createPeer(t, 2)]
  a.network.announce({ round: 1, loss: Number.NaN, addresses: [] })
  await linkUp(a, b)
  t.is((await b.recorder.next('presence')).presence.loss, null)
  a.network.announce({ round: 2, loss: 1, addresses: [] })
  await b.recorder.next('presence', ({ presence }) => presence.round === 2)
  const repeated = await b.recorder.next('presence', ({ presence }) => presence.round === 2)
  t.is(repeated.presence.loss, 1)
})

test('should say goodbye to all when it stops, and be heard when it comes back', async (t) => {
  const [a, b, c] = [await createPeer(t, 1), await createPeer(t, 2), await createPeer(t, 3)]
  await linkUp(a, b)
  await linkUp(c, b)
  a.network.announce({ round: 7, loss: 0.5, role: 'observer', addresses: [] })
  await c.recorder.next('presence', ({ peer }) => peer === a.name)
  await a.network.stop()
  const goodbye = await c.recorder.next(
    'presence',
    ({ peer, presence }) => peer === a.name && presence.leaving
  )
  t.is(goodbye.presence.round, 7)
  t.is(goodbye.presence.role, 'observer')
  const again = await createPeer(t, 1)
  await linkUp(again, b)
  again.network.announce({ round: 8, loss: 0.5, addresses: [] })
  const back = await c.recorder.next('presence', ({ presence }) => presence.round === 8)
  t.false(back.presence.leaving)
})

test('should not be fooled by what is no presence', async (t) => {
  const victim = await createPeer(t, 1)
  const node = await createNode({
    identitySeed: seedOf(66),
    listen: [],
    connections: 16,
    topic: TOPIC,
    handlers: {},
    admits: () => true
  })
  t.teardown(() => node.stop())
  const { pubsub } = node.services
  const subscribed = new Promise((resolve) =>
    pubsub.addEventListener('subscription-change', resolve, { once: true })
  )
  pubsub.subscribe(TOPIC)
  await node.dial(multiaddr(victim.network.addresses()[0]))
  await subscribed
  const plain = { round: 3, loss: null, addresses: [] }
  const good = { ...plain, at: 1 }
  const nonsense = [
    new Uint8Array(0),
    Uint8Array.from([255, 1, 2]),
    encode('hello'),
    encode(plain),
    encode({ ...good, round: -1 }),
    encode({ ...good, extra: 1 }),
    encode({ ...good, addresses: Array.from({ length: 4 }, () => 'x'.repeat(300)) })
  ]
  for (const data of [...nonsense, encode(good)]) await pubsub.publish(TOPIC, data)
  const heard = await victim.recorder.next('presence')
  t.deepEqual(heard.presence, { ...DEFAULTS, ...plain })
  t.is(heard.peer, node.peerId.toString())
})

test('should still be heard over a connection that has replaced another', async (t) => {
  const [a, b] = [await createPeer(t, 1), await createPeer(t, 2)]
  await linkUp(b, a)
  a.network.announce({ round: 1, loss: 1, addresses: [] })
  await b.recorder.next('presence')
  b.network.want([])
  const again = await createPeer(t, 2)
  await linkUp(again, a)
  a.network.announce({ round: 2, loss: 1, addresses: [] })
  await again.recorder.next('presence', ({ presence }) => presence.round === 2)
  again.network.announce({ round: 3, loss: 1, addresses: [] })
  const answer = await a.recorder.next('presence', ({ presence }) => presence.round === 3)
  t.is(answer.peer, again.name)
})
