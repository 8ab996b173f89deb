import test from 'ava'
import { createFinder, HASH } from './discovery-harness.ts'

const OTHER = 'e'.repeat(64)

test('should find members through a DHT peer of another swarm, and nobody of that one', async (t) => {
  const common = await createFinder(t, 1, { manifestHash: OTHER })
  const others = await createFinder(t, 2, { manifestHash: OTHER })
  const [a, b] = [await createFinder(t, 3), await createFinder(t, 4)]
  for (const { node } of [others, a, b]) await node.dial(common.node.getMultiaddrs())
  await Promise.all([a.until([b.name]), b.until([a.name]), common.until([others.name])])
  t.deepEqual([...a.found.keys()], [b.name])
  t.deepEqual(
    a.found.get(b.name),
    b.node.getMultiaddrs().map((address) => address.decapsulate(`/p2p/${b.name}`).toString())
  )
  t.deepEqual([...common.found.keys()], [others.name])
})

test('should find members along a chain of which each knows one', async (t) => {
  const finders = await Promise.all(
    Array.from({ length: 5 }, (_, i) =>
      createFinder(t, 10 + i, { manifestHash: i === 0 || i === 4 ? HASH : OTHER })
    )
  )
  for (const [i, { node }] of finders.entries()) {
    if (i > 0) await node.dial(finders[i - 1]!.node.getMultiaddrs())
  }
  const [first, last] = [finders[0]!, finders[4]!]
  await Promise.all([first.until([last.name]), last.until([first.name])])
  t.pass()
})

test('should keep to its own swarm where the DHT is off', async (t) => {
  const common = await createFinder(t, 20)
  const quiet = await createFinder(t, 21, { dht: 'off' })
  await quiet.node.dial(common.node.getMultiaddrs())
  const protocols = quiet.node.getProtocols()
  t.false(protocols.some((protocol) => protocol.includes('/kad/')))
  t.false('kademlia' in quiet.node.services || 'localNetwork' in quiet.node.services)
})

test('should only ask where it cannot be dialled by those it asks', async (t) => {
  const server = await createFinder(t, 30)
  const client = await createFinder(t, 31, { listen: [] })
  await client.node.dial(server.node.getMultiaddrs())
  await client.until([server.name])
  t.true(server.node.getProtocols().includes('/swarmgrad/kad/1'))
  t.false(client.node.getProtocols().includes('/swarmgrad/kad/1'))
  t.false(server.found.has(client.name), 'it has no address to tell')
})
