import test from 'ava'
import { isPublicAddress } from '../../../src/network/public-address.ts'

for (const address of [
  '/ip4/8.8.8.8/tcp/1',
  '/ip4/172.32.0.1/udp/1',
  '/ip6/2a00:1450::1/tcp/1',
  '/ip6/::ffff:8.8.8.8/tcp/1',
  '/dns4/peer.example/tcp/1',
  '/ip4/8.8.8.8/tcp/1/p2p/12D3KooWx/p2p-circuit'
]) {
  test(`should take ${address} for public`, (t) => t.true(isPublicAddress(address)))
}

for (const address of [
  '/ip4/127.0.0.1/tcp/1',
  '/ip4/10.1.2.3/tcp/1',
  '/ip4/172.31.255.255/tcp/1',
  '/ip4/192.168.1.1/tcp/1',
  '/ip4/169.254.1.1/tcp/1',
  '/ip4/100.64.0.1/tcp/1',
  '/ip4/0.0.0.0/tcp/1',
  '/ip4/224.0.0.251/tcp/1',
  '/ip6/::1/tcp/1',
  '/ip6/::/tcp/1',
  '/ip6/fe80::1/tcp/1',
  '/ip6/fd00::1/tcp/1',
  '/ip6/::ffff:10.0.0.1/tcp/1',
  '/dns4/localhost/tcp/1',
  '/dns4/printer.local/tcp/1',
  '/ip4/999.8.8.8/tcp/1',
  '/memory/1',
  ''
]) {
  test(`should take ${address || 'nothing'} for no public address`, (t) =>
    t.false(isPublicAddress(address)))
}
