import test from 'ava'
import { ContactAddresses } from '../../../../src/network/discovery/contact-addresses.ts'

test('should keep the last eight addresses of a peer, without its name', (t) => {
  const addresses = new ContactAddresses()
  addresses.learn('a', ['/ip4/10.0.0.1/tcp/1/p2p/a', '/ip4/10.0.0.2/tcp/1'])
  addresses.learn('a', ['/ip4/10.0.0.3/tcp/1/p2p/r/p2p-circuit/p2p/a', '/ip4/10.0.0.1/tcp/1'])
  t.deepEqual(addresses.of('a'), [
    '/ip4/10.0.0.3/tcp/1/p2p/r/p2p-circuit',
    '/ip4/10.0.0.1/tcp/1',
    '/ip4/10.0.0.2/tcp/1'
  ])
  addresses.learn(
    'a',
    Array.from({ length: 50 }, (_, i) => `/ip4/10.0.1.${i}/tcp/1`)
  )
  t.is(addresses.of('a').length, 8)
  addresses.learn('a', [`/dns/${'x'.repeat(500)}/tcp/1`, '/p2p/a'])
  t.is(addresses.of('a')[0], '/ip4/10.0.1.0/tcp/1')
  t.deepEqual(addresses.of('b'), [])
})

test('should forget those not used for longest', (t) => {
  const addresses = new ContactAddresses()
  for (let i = 0; i < 4096; i++) addresses.learn(`p${i}`, ['/ip4/10.0.0.1/tcp/1'])
  addresses.of('p0')
  for (let i = 0; i < 100; i++) addresses.learn(`q${i}`, ['/ip4/10.0.0.1/tcp/1'])
  t.is(addresses.size, 4096)
  t.is(addresses.of('p0').length, 1)
  t.is(addresses.of('p1').length, 0)
})
