import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import test from 'ava'
import { InvalidInputError } from '../../src/errors.ts'
import { createPeer, LIMITS, linkUp, message, wants } from './network-harness.ts'

const numbered = (n: number, bytes: number): Uint8Array => {
  const body = new Uint8Array(bytes).fill(n)
  new DataView(body.buffer).setUint32(0, n)
  return body
}

const numberIn = (body: Uint8Array): number =>
  new DataView(body.buffer, body.byteOffset).getUint32(0)

test('should carry both channels in order, both ways, bodies of a megabyte included', async (t) => {
  const [a, b] = [await createPeer(t, 1), await createPeer(t, 2)]
  await linkUp(a, b)
  const sizes = [4, 50_000, 1_000_000, 5, 300_000, 1_000_000]
  for (const [from, to] of [[a, b] as const, [b, a] as const]) {
    for (const channel of ['control', 'bulk'] as const) {
      sizes.forEach((size, n) => {
        from.network.send(to.name, message(channel, 7, numbered(n, size)), 'every')
      })
    }
    const got = { control: [] as number[], bulk: [] as number[] }
    for (let n = 0; n < 2 * sizes.length; n++) {
      const { channel, kind, body, peer } = await to.recorder.next('message')
      t.is(peer, from.name)
      t.is(kind, 7)
      const number = numberIn(body)
      t.true(
        numbered(number, sizes[number]!).every((byte, i) => byte === body[i]),
        `body ${number}`
      )
      got[channel].push(number)
    }
    t.deepEqual(got, { control: [0, 1, 2, 3, 4, 5], bulk: [0, 1, 2, 3, 4, 5] })
  }
  t.true(a.network.socketBytesSent() > a.recorder.sentBytes)
  t.true(a.recorder.sentBytes > 4_600_000)
  t.true(a.recorder.receivedBytes > 4_600_000)
})

test('should report a lost link once at both ends', async (t) => {
  const [a, b] = [await createPeer(t, 1), await createPeer(t, 2)]
  await linkUp(a, b)
  a.network.want([])
  a.network.reset(b.name, { ban: false })
  await Promise.all([a.recorder.untilLink(b.name, 'down'), b.recorder.untilLink(a.name, 'down')])
  t.deepEqual(a.recorder.history, ['up', 'down'])
  t.deepEqual(b.recorder.history, ['up', 'down'])
})

test('should not call a handler from within a method', async (t) => {
  const [a, b] = [await createPeer(t, 1), await createPeer(t, 2)]
  await linkUp(a, b)
  a.network.reset(b.name, { ban: false })
  t.deepEqual(a.recorder.history, ['up'])
  a.network.send(b.name, message('bulk', 1, new Uint8Array(10)), 'every')
  await a.recorder.untilLink(b.name, 'down')
  t.deepEqual(a.recorder.history, ['up', 'down'])
})

test('should take the link down when too much is waiting, and bring it up again', async (t) => {
  const [a, b] = [await createPeer(t, 1), await createPeer(t, 2)]
  await linkUp(a, b)
  for (let n = 0; n < 6; n++) {
    a.network.send(b.name, message('bulk', 1, numbered(n, 1_000_000)), 'every')
  }
  await a.recorder.untilLink(b.name, 'down')
  await a.recorder.untilLink(b.name, 'up')
  t.deepEqual(a.recorder.history, ['up', 'down', 'up'])
})

test('should deliver before stop() what credit has let go', async (t) => {
  // The other tests of this file keep the event loop busy for seconds.
  const patient = { linger: 30_000 }
  const [a, b] = [await createPeer(t, 1, {}, patient), await createPeer(t, 2, {}, patient)]
  await linkUp(a, b)
  a.network.send(b.name, message('bulk', 1, numbered(8, 900_000)), 'every')
  a.network.send(b.name, message('control', 1, numbered(9, 10)), 'every')
  await a.network.stop()
  await b.recorder.untilLink(a.name, 'down')
  const got = b.recorder.events.flatMap((event) =>
    event.type === 'message' ? [numberIn(event.body)] : []
  )
  t.deepEqual(got.sort(), [8, 9])
})

test('should see down, then up, when the other end restarts in the same place', async (t) => {
  const a = await createPeer(t, 1)
  const b = await createPeer(t, 2)
  await linkUp(a, b)
  const listen = [b.network.addresses()[0]!.replace(/\/p2p\/.*/, '')]
  await b.network.stop()
  await a.recorder.untilLink(b.name, 'down')
  const restarted = await createPeer(t, 2, { listen })
  t.is(restarted.name, b.name)
  await a.recorder.untilLink(b.name, 'up')
  await restarted.recorder.untilLink(a.name, 'up')
  t.deepEqual(a.recorder.history, ['up', 'down', 'up'])
})

test('should prefer the newest connection of a peer', async (t) => {
  const a = await createPeer(t, 1)
  const b = await createPeer(t, 2)
  await linkUp(b, a)
  b.network.want([])
  const again = await createPeer(t, 2)
  await linkUp(again, a)
  await b.recorder.untilLink(a.name, 'down')
  t.deepEqual(a.recorder.history, ['up', 'down', 'up'])
  again.network.send(a.name, message('bulk', 3, numbered(5, 100)), 'every')
  t.is((await a.recorder.next('message')).kind, 3)
})

test('should settle on one link when both ends dial at the same time', async (t) => {
  const timings = { grace: 0, simultaneous: 5_000 }
  const [a, b] = [await createPeer(t, 1, {}, timings), await createPeer(t, 2, {}, timings)]
  for (const peer of [a, b]) {
    peer.recorder.onEvent = (event) => {
      // One message per up, so that a link which is up at one end only would show.
      if (event.type === 'link' && event.state === 'up') {
        peer.network.send(event.peer, message('control', 2, new Uint8Array(4)), 'every')
      }
    }
  }
  wants(a, b)
  wants(b, a)
  await Promise.all([a.recorder.next('message'), b.recorder.next('message')])
  t.is(a.recorder.history.at(-1), 'up')
  t.is(b.recorder.history.at(-1), 'up')
})

test('should give up its call for a connection that the other end makes meanwhile', async (t) => {
  const silent = createServer().listen(0, '127.0.0.1')
  t.teardown(() => silent.close())
  await once(silent, 'listening')
  // Its call never ends by itself.
  const a = await createPeer(t, 1, {}, { dial: 2 ** 31 - 1 })
  const b = await createPeer(t, 2)
  const { port } = silent.address() as AddressInfo
  a.network.introduce(b.name, [`/ip4/127.0.0.1/tcp/${port}/p2p/${b.name}`])
  a.network.want([b.name])
  const [call] = (await once(silent, 'connection')) as [Socket]
  const over = once(call.on('error', () => {}).resume(), 'close')
  b.network.introduce(a.name, a.network.addresses())
  b.network.meet([a.name])
  await Promise.all([a.recorder.untilLink(b.name, 'up'), b.recorder.untilLink(a.name, 'up'), over])
  t.deepEqual([a.recorder.history, b.recorder.history], [['up'], ['up']])
})

test('should let the end whose name sorts last dial when the other does not', async (t) => {
  const peers = [await createPeer(t, 1), await createPeer(t, 2)]
  const [first, last] = peers.sort((x, y) => (x.name < y.name ? -1 : 1))
  await linkUp(last!, first!)
  t.deepEqual(first!.recorder.history, ['up'])
})

test('should retry until a peer appears that could not be dialled', async (t) => {
  const a = await createPeer(t, 1)
  const early = await createPeer(t, 2)
  const listen = [early.network.addresses()[0]!.replace(/\/p2p\/.*/, '')]
  a.network.introduce(early.name, early.network.addresses())
  await early.network.stop()
  a.network.want([early.name])
  const b = await createPeer(t, 2, { listen })
  await Promise.all([a.recorder.untilLink(b.name, 'up'), b.recorder.untilLink(a.name, 'up')])
  t.deepEqual(a.recorder.history, ['up'])
})

test('should dial at once a peer whose address has become known', async (t) => {
  const [a, b] = [await createPeer(t, 1), await createPeer(t, 2)]
  a.network.introduce(b.name, ['nonsense', '/ip4/127.0.0.1/tcp/1/p2p/QmNobody'])
  a.network.want([b.name, 'not a peer'])
  a.network.introduce(b.name, b.network.addresses())
  await a.recorder.untilLink(b.name, 'up')
  t.deepEqual(a.recorder.history, ['up'])
})

test('should close a link that is idle and not wanted', async (t) => {
  const a = await createPeer(t, 1, {}, { idle: 100 })
  const b = await createPeer(t, 2)
  await linkUp(a, b)
  a.network.want([])
  await Promise.all([a.recorder.untilLink(b.name, 'down'), b.recorder.untilLink(a.name, 'down')])
  t.deepEqual(a.recorder.history, ['up', 'down'])
})

test('should refuse a banned peer until the ban has run out', async (t) => {
  const a = await createPeer(t, 1, {}, { ban: 1_000 })
  const b = await createPeer(t, 2)
  await linkUp(b, a)
  const banned = Date.now()
  a.network.reset(b.name, { ban: true })
  await a.recorder.untilLink(b.name, 'down')
  await a.recorder.untilLink(b.name, 'up')
  t.true(Date.now() - banned >= 1_000)
})

test('should not link peers of different swarms', async (t) => {
  const a = await createPeer(t, 1)
  const other = await createPeer(t, 2, { manifestHash: 'ab'.repeat(32) })
  const b = await createPeer(t, 3)
  a.network.introduce(other.name, other.network.addresses())
  a.network.introduce(b.name, b.network.addresses())
  a.network.want([other.name, b.name])
  await a.recorder.untilLink(b.name, 'up')
  t.deepEqual(other.recorder.history, [])
})

test('should refuse to send a body above the limit', async (t) => {
  const a = await createPeer(t, 1)
  const body = new Uint8Array(LIMITS.maxFrame)
  t.throws(() => a.network.send('anyone', message('bulk', 1, body), 'every'), {
    instanceOf: RangeError
  })
})

test('should say which address is in use', async (t) => {
  const a = await createPeer(t, 1)
  const taken = a.network.addresses()[0]!.replace(/\/p2p\/.*/, '')
  const listen = ['/ip4/127.0.0.1/tcp/0', taken]
  const error = await t.throwsAsync(createPeer(t, 2, { listen }), { instanceOf: InvalidInputError })
  t.deepEqual(error.problems, [
    {
      path: 'listen',
      rule: `address in use: ${taken}`,
      remedy: 'stop the other program, or take another port; port 0 picks a free one'
    }
  ])
})

test('should name every address that cannot be listened on', async (t) => {
  const rules = async (listen: readonly string[]): Promise<readonly string[]> => {
    const error = await t.throwsAsync(createPeer(t, 1, { listen }), {
      instanceOf: InvalidInputError
    })
    return error.problems.map(({ rule }) => rule)
  }
  const fine = '/ip4/127.0.0.1/tcp/0'
  t.deepEqual(await rules([fine, 'localhost:4001', '/ip4/999.0.0.1/tcp/1']), [
    'not a multiaddr: localhost:4001',
    'not a multiaddr: /ip4/999.0.0.1/tcp/1'
  ])
  t.deepEqual(await rules([fine, '/ip4/127.0.0.1/udp/0/quic-v1']), [
    'not a TCP address: /ip4/127.0.0.1/udp/0/quic-v1'
  ])
  t.deepEqual(await rules(['/ip4/192.0.2.1/tcp/0']), [
    'not an address of this machine: /ip4/192.0.2.1/tcp/0'
  ])
})
