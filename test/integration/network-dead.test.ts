/** Connections that die without a word: nothing comes any more, and nothing ends. */

import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'
import test, { type ExecutionContext } from 'ava'
import { PULSE_TIMES, type PulseTimes } from '../../src/network/guard/pulse.ts'
import { createPeer, message, type Peer } from './network-harness.ts'

/** A tenth or so of the real ones. */
const PULSE: PulseTimes = {
  ...PULSE_TIMES,
  look: 100,
  every: 1_000,
  silence: 300,
  least: 600,
  most: 4_000
}

/** A way to a peer that can be cut without either end being told. */
class Way {
  readonly #sockets = new Set<Socket>()
  #cut = false
  address = ''

  static async to(t: ExecutionContext, peer: Peer): Promise<Way> {
    const way = new Way()
    const port = Number(/\/tcp\/(\d+)/.exec(peer.network.addresses()[0]!)![1])
    const server = createServer((near) => {
      const far = connect(port, '127.0.0.1')
      for (const [from, to] of [[near, far] as const, [far, near] as const]) {
        way.#sockets.add(from)
        from.on('data', (bytes) => void (way.#cut || to.write(bytes)))
        from.on('error', () => {})
        from.on('close', () => void (way.#cut || to.destroy()))
      }
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    way.address = `/ip4/127.0.0.1/tcp/${(server.address() as AddressInfo).port}/p2p/${peer.name}`
    t.teardown(() => {
      server.close()
      for (const socket of way.#sockets) socket.destroy()
    })
    return way
  }

  cut(): void {
    this.#cut = true
  }
}

test('both ends should notice that a way is cut, and meet again by another', async (t) => {
  const a = await createPeer(t, 1, {}, { pulse: PULSE })
  const b = await createPeer(t, 2, {}, { pulse: PULSE })
  const way = await Way.to(t, b)
  a.network.introduce(b.name, [way.address])
  a.network.want([b.name])
  await Promise.all([a.recorder.untilLink(b.name, 'up'), b.recorder.untilLink(a.name, 'up')])
  a.network.send(b.name, message('bulk', 5, new Uint8Array(300_000)), 'every')
  await b.recorder.next('message')
  way.cut()
  await Promise.all([a.recorder.untilLink(b.name, 'down'), b.recorder.untilLink(a.name, 'down')])
  a.network.introduce(b.name, b.network.addresses())
  await Promise.all([a.recorder.untilLink(b.name, 'up'), b.recorder.untilLink(a.name, 'up')])
  t.deepEqual(a.recorder.history, ['up', 'down', 'up'])
})

test('a link should outlive many pings, and know how long they take', async (t) => {
  const a = await createPeer(t, 1, {}, { pulse: { ...PULSE, every: 100, silence: 50, look: 20 } })
  const b = await createPeer(t, 2)
  a.network.introduce(b.name, b.network.addresses())
  a.network.want([b.name])
  await a.recorder.untilLink(b.name, 'up')
  // Every presence is one more interval of 200 ms or more.
  b.network.announce({ round: 0, loss: null, addresses: [] })
  for (let n = 0; n < 10; n++) await a.recorder.next('presence')
  t.deepEqual(a.recorder.history, ['up'])
  const rtt = a.network.path(b.name)?.rttMs ?? null
  t.true(rtt !== null && rtt > 0, `${rtt}`)
})
