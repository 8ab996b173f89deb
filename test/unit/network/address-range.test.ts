import test from 'ava'
import { rangeOf } from '../../../src/network/address-range.ts'

test('should take the /24 of an IPv4 address and the /48 of an IPv6 one', (t) => {
  for (const [address, range] of [
    ['/ip4/192.0.2.77/tcp/4001/p2p/12D3KooWx', '192.0.2.0/24'],
    ['/ip4/192.0.2.78', '192.0.2.0/24'],
    ['/ip6/2001:db8:1:2::3/tcp/1', '2001:db8:1::/48'],
    ['/ip6/2001:0DB8:0001:ffff::/tcp/1', '2001:db8:1::/48'],
    ['/ip6/2001:db8::1/tcp/1', '2001:db8:0::/48'],
    ['/ip6/::1/tcp/1', '0:0:0::/48'],
    ['/ip6/1::2:3:4:5:6:7/tcp/1', '1:0:2::/48'],
    ['/ip6/::ffff:192.0.2.1/tcp/1', '192.0.2.0/24'],
    ['/ip4/192.0.2.77/tcp/1/p2p/12D3KooWx/p2p-circuit', '192.0.2.0/24'],
    ['/dns4/peer.example/tcp/1', null],
    ['/memory/1', null],
    ['', null]
  ] as const) {
    t.is(rangeOf(address), range, address)
  }
})
