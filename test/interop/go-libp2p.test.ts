/** A host of go-libp2p, which shares no code with ours, meets a peer. */
import test from 'ava'
import { discoveryPart } from '../../src/network/discovery/discovery-part.ts'
import { presenceBytes } from '../../src/network/presence.ts'
import { presenceIn } from '../../src/network/presence-topic.ts'
import { protocolsOf } from '../../src/network/protocols.ts'
import { cidOf } from '../../src/swarm/cid.ts'
import { createPeer, HASH } from '../integration/network-harness.ts'
import { buildGoHost, GoHost } from './go-host.ts'

const PROTOCOLS = protocolsOf(HASH)
const built = await buildGoHost()

if ('reason' in built) {
  test.skip(`a host of go-libp2p and a peer: ${built.reason}`, () => {})
} else {
  const { program, remove } = built
  test.after.always(remove)

  const said = { round: 5, loss: 0.25, addresses: [] }
  const flags = {
    topic: PROTOCOLS.presence,
    say: Buffer.from(presenceBytes(said, Date.now())).toString('hex')
  }

  for (const security of ['tls', 'noise'] as const) {
    test(`${security}: a host that calls identifies and pings the peer, and both hear each other`, async (t) => {
      const peer = await createPeer(t, 1)
      peer.network.announce({ round: 7, loss: 0.5, addresses: [...peer.network.addresses()] })
      const dial = peer.network.addresses()[0]!
      const host = new GoHost(t, program, { ...flags, security, dial })
      const { peer: name } = await host.listening()

      const known = await host.first('identified')
      t.is(known['peer'], peer.name)
      t.is(known['security'], security === 'tls' ? '/tls/1.0.0' : '/noise')
      t.is(known['muxer'], '/yamux/1.0.0')
      t.true((known['protocols'] as string[]).includes(PROTOCOLS.channels.control))
      t.regex(String(known['observed']), /^\/ip4\/127\.0\.0\.1\/tcp\/\d+/)
      t.is((await host.first('pong'))['peer'], peer.name)

      const heard = await peer.recorder.next('presence', (event) => event.peer === name)
      t.is(heard.presence.round, said.round)
      t.is(heard.presence.loss, said.loss)
      const listened = await host.first('presence', ({ from }) => from === peer.name)
      const presence = presenceIn(Buffer.from(String(listened['data']), 'hex'))
      t.is(presence?.round, 7)
      t.deepEqual(presence?.addresses, peer.network.addresses())
    })

    test(`${security}: a peer that calls a host is identified and heard, and hears it through another peer`, async (t) => {
      const [caller, other] = [await createPeer(t, 2), await createPeer(t, 3)]
      const host = new GoHost(t, program, { ...flags, security })
      const { peer: name, addresses } = await host.listening()
      for (const peer of [caller, other]) {
        peer.network.introduce(name, addresses)
        peer.network.announce({ round: 9, loss: null, addresses: [] })
        peer.network.meet([name])
      }
      for (const peer of [caller, other]) {
        t.truthy(await host.first('identified', (event) => event['peer'] === peer.name))
        t.truthy(await host.first('pong', (event) => event['peer'] === peer.name))
        t.truthy(await host.first('presence', ({ from }) => from === peer.name))
        const heard = await peer.recorder.next('presence', (event) => event.peer === name)
        t.is(heard.presence.round, said.round)
      }
      // The two are not connected: the host has passed on what each has signed.
      await caller.recorder.next('presence', (event) => event.peer === other.name)
      await other.recorder.next('presence', (event) => event.peer === caller.name)
      t.is(caller.network.path(other.name), null)
    })
  }

  test('a host that takes part in the DHT pings a peer there, and finds it by the CID of its swarm', async (t) => {
    const part = discoveryPart({
      manifestHash: HASH,
      mdns: false,
      dht: 'own',
      reachable: () => true,
      found: () => {}
    })
    const peer = await createPeer(t, 4, { parts: [part] })
    const dial = peer.network.addresses()[0]!
    const flags = { security: 'tls', dial, kad: '/swarmgrad/kad/1', find: cidOf(HASH) }
    const host = new GoHost(t, program, flags)
    t.is((await host.first('kad-pong'))['peer'], peer.name)
    const { addresses } = await host.first('provider', (said) => said['peer'] === peer.name)
    t.true((addresses as string[]).some((address) => dial.startsWith(address)))
  })
}
