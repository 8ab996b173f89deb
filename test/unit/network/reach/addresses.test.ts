import test from 'ava'
import { dialRank, isNear, toldAddresses } from '../../../../src/network/reach/addresses.ts'

const NETWORKS = [
  { address: '127.0.0.1', bits: 8 },
  { address: '192.168.7.5', bits: 24 },
  { address: '10.1.2.3', bits: 9 }
]
const PUBLIC = '/ip4/45.1.0.2/tcp/4001'
const NEAR = '/ip4/192.168.7.9/tcp/4001'
const ELSEWHERE = '/ip4/192.168.8.9/tcp/4001'
const LOOPBACK = '/ip4/127.0.0.1/tcp/4001'
const circuit = (relay: string, through: string): string => `${through}/p2p/${relay}/p2p-circuit`

test('should know its own networks', (t) => {
  t.true(isNear(NEAR, NETWORKS))
  t.false(isNear(ELSEWHERE, NETWORKS))
  t.true(isNear('/ip4/10.127.255.255/tcp/1', NETWORKS))
  t.false(isNear('/ip4/10.128.0.0/tcp/1', NETWORKS))
  t.false(isNear('/dns4/example.org/tcp/1', NETWORKS))
  t.false(isNear('/ip4/10.1.2/tcp/1', NETWORKS))
})

test('should dial neighbours first and strange networks last', (t) => {
  const all = [LOOPBACK, ELSEWHERE, circuit('R', PUBLIC), PUBLIC, NEAR]
  const sorted = all.toSorted((a, b) => dialRank(a, NETWORKS) - dialRank(b, NETWORKS))
  t.deepEqual(sorted, [NEAR, PUBLIC, circuit('R', PUBLIC), LOOPBACK, ELSEWHERE])
})

test('should tell what is public first, and loopback only where there is nothing else', (t) => {
  t.deepEqual(toldAddresses([LOOPBACK, NEAR, PUBLIC], [], true), [PUBLIC, NEAR])
  t.deepEqual(toldAddresses([LOOPBACK], [], true), [LOOPBACK])
  t.deepEqual(toldAddresses([], [], true), [])
  t.deepEqual(toldAddresses([PUBLIC, NEAR], ['/dns4/x.org/tcp/1', PUBLIC], true), [
    '/dns4/x.org/tcp/1',
    PUBLIC,
    NEAR
  ])
})

test('should not tell a public address that nobody can dial', (t) => {
  t.deepEqual(toldAddresses([LOOPBACK, PUBLIC, circuit('R', PUBLIC)], [], false), [
    circuit('R', PUBLIC)
  ])
})

test('should tell one way through each relay, a public one', (t) => {
  const all = [circuit('R', NEAR), circuit('R', PUBLIC), circuit('S', NEAR), circuit('S', LOOPBACK)]
  t.deepEqual(toldAddresses([NEAR, ...all], [], false), [
    circuit('R', PUBLIC),
    circuit('S', NEAR),
    NEAR
  ])
})
