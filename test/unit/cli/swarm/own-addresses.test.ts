import test from 'ava'
import { addressesIn } from '../../../../src/cli/swarm/own-addresses.ts'
import { member } from '../../peer/monitor/facts.ts'

const SELF = '12D3KooWGC6TvWhfajpRX6wvJHYYvKpDMXPb3ZnCZ6dMoaMtimQ5'
const NAMES = [
  '12D3KooWDRSyzN5zT9oPmSQ2xqUqrz8vFSwbLMzAp9adkUnQ7tRp',
  '12D3KooWKzZZjVJkGDnVW6CnhFpzWcZfGnXzLcP1HT4RzBt9eqGp',
  '12D3KooWMvRJDWAbNyWgyBvZ7eBmMTPfUXYtoVBTVbWBhvXdCVdV'
]

const at = (name: string, host: string): string => `/ip4/${host}/tcp/4001/p2p/${name}`
const linked = (name: string, ...addresses: readonly string[]) =>
  member(name, { link: 'up', heardSecondsAgo: 5, addresses })

test('should be its own first, the best of them, then one of each neighbour', (t) => {
  const [a, b, c] = NAMES as [string, string, string]
  const relayed = `/ip4/8.8.8.8/tcp/1/p2p/${a}/p2p-circuit`
  const found = addressesIn({
    self: SELF,
    addresses: ['127.0.0.1', '192.168.0.2', '9.9.9.9', '10.0.0.1', '10.0.0.2'].map((host) =>
      at(SELF, host)
    ),
    members: [
      linked(c, relayed),
      linked(a, '/ip4/192.168.0.7/tcp/1', '/ip4/7.7.7.7/tcp/1'),
      linked(b, at(b, '192.168.0.8'))
    ]
  })
  t.deepEqual(found, [
    at(SELF, '9.9.9.9'),
    at(SELF, '192.168.0.2'),
    at(SELF, '10.0.0.1'),
    `/ip4/7.7.7.7/tcp/1/p2p/${a}`,
    at(b, '192.168.0.8'),
    `${relayed}/p2p/${c}`
  ])
})

test('should leave out who is not linked, has left, or has not been heard of late', (t) => {
  const [a, b, c] = NAMES as [string, string, string]
  const addresses = ['/ip4/7.7.7.7/tcp/1']
  const found = addressesIn({
    self: SELF,
    addresses: [at(SELF, '9.9.9.9')],
    members: [
      member(a, { link: 'down', heardSecondsAgo: 1, addresses }),
      member(b, { link: 'up', heardSecondsAgo: 1, left: true, addresses }),
      member(c, { link: 'up', heardSecondsAgo: 61, addresses })
    ]
  })
  t.deepEqual(found, [at(SELF, '9.9.9.9')])
})

test('loopback should be told only where a machine has nothing else', (t) => {
  const [a] = NAMES as [string]
  const members = [linked(a, '/ip4/127.0.0.1/tcp/2')]
  const alone = addressesIn({ self: SELF, addresses: [at(SELF, '127.0.0.1')], members })
  t.deepEqual(alone, [at(SELF, '127.0.0.1'), `/ip4/127.0.0.1/tcp/2/p2p/${a}`])
  t.deepEqual(addressesIn({ self: SELF, addresses: [at(SELF, '10.0.0.1')], members }), [
    at(SELF, '10.0.0.1')
  ])
})

test('no more should be told than fit into a link', (t) => {
  const many = Array.from({ length: 20 }, () => linked(NAMES[0]!, '/ip4/7.7.7.7/tcp/1'))
  t.is(addressesIn({ self: SELF, addresses: [at(SELF, '9.9.9.9')], members: many }).length, 8)
})
