import { multiaddr } from '@multiformats/multiaddr'
import test from 'ava'
import { peerOf } from '../../../src/swarm/multiaddr.ts'

const A = '12D3KooWGRUbxSGpuMCSWpZs3rDkRzFCX1ZbhwSJVvAaLKZ4sRTU'
const B = '12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7'

for (const address of [
  `/ip4/192.0.2.1/tcp/4001/p2p/${A}`,
  `/ip4/0.0.0.0/tcp/0/p2p/${A}`,
  `/ip6/2001:db8::1/tcp/65535/p2p/${A}`,
  `/ip6/::ffff:192.0.2.1/tcp/1/p2p/${A}`,
  `/ip6zone/eth0/ip6/fe80::1/tcp/1/p2p/${A}`,
  `/dns4/a-b.example.org/tcp/443/wss/p2p/${A}`,
  `/dns/example.org/tcp/443/tls/sni/example.org/ws/p2p/${A}`,
  `/dnsaddr/bootstrap.example.org/p2p/${A}`,
  `/ip4/192.0.2.1/udp/4001/quic-v1/p2p/${A}`,
  `/ip4/192.0.2.1/tcp/4001/p2p/${B}/p2p-circuit/p2p/${A}`
]) {
  test(`should find the peer in ${address}`, (t) => {
    t.is(peerOf(address), A)
    t.is(multiaddr(address).getPeerId(), A, 'as the library does')
  })
}

for (const text of [
  '',
  '/',
  A,
  `/p2p/${A}`,
  `ip4/192.0.2.1/tcp/4001/p2p/${A}`,
  `/ip4/192.0.2.1/tcp/4001`,
  `/ip4/192.0.2.1/tcp/4001/p2p/`,
  `/ip4/192.0.2.1/tcp/4001/p2p/${A}/`,
  `/ip4/192.0.2.1/tcp/4001/p2p/${A}/p2p-circuit`,
  `/ip4/192.0.2.1/tcp/4001/p2p/${A.slice(0, -1)}`,
  `/ip4/192.0.2.1/tcp/4001/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N`,
  `/ip4/192.0.2.256/tcp/4001/p2p/${A}`,
  `/ip4/192.0.2/tcp/4001/p2p/${A}`,
  `/ip6/192.0.2.1/tcp/4001/p2p/${A}`,
  `/ip4/192.0.2.1/tcp/65536/p2p/${A}`,
  `/ip4/192.0.2.1/tcp/-1/p2p/${A}`,
  `/ip4/192.0.2.1/tcp//p2p/${A}`,
  `/dns/-x y-/tcp/1/p2p/${A}`,
  `/constructor/192.0.2.1/tcp/1/p2p/${A}`,
  `/unix/tmp/p2p/${A}`,
  `http://192.0.2.1/tcp/1/p2p/${A}`
]) {
  test(`should find no peer in '${text}'`, (t) => {
    t.is(peerOf(text), null)
  })
}
