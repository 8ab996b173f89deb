import { BlockList, isIP } from 'node:net'

/** Not to be reached from everywhere (IANA's registries of special-purpose addresses). */
const SPECIAL = new BlockList()
for (const [address, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3]
] as const) {
  SPECIAL.addSubnet(address, bits, 'ipv4')
}
for (const [address, bits] of [
  ['::', 127],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8]
] as const) {
  SPECIAL.addSubnet(address, bits, 'ipv6')
}

const HOST = /^\/(ip4|ip6|dns|dns4|dns6|dnsaddr)\/([^/]+)/

/** Whether a multiaddr can be dialled from anywhere, as far as its text tells; a relayed one: its relay. */
export const isPublicAddress = (multiaddr: string): boolean => {
  const [, kind, host = ''] = HOST.exec(multiaddr) ?? []
  if (kind === undefined) return false
  const version = isIP(host)
  if (version === 0) return kind.startsWith('dns') && host.includes('.') && !host.endsWith('.local')
  return !SPECIAL.check(host, version === 4 ? 'ipv4' : 'ipv6')
}
