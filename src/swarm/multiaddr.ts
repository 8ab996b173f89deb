import { peerIdSchema } from './admission.ts'

const PORT = /^(0|[1-9]\d{0,4})$/
const BYTE = '(25[0-5]|2[0-4]\\d|1?\\d?\\d)'
const IP4 = new RegExp(`^${BYTE}(\\.${BYTE}){3}$`)
const IP6 = /^(?=.*:)[0-9a-fA-F:.]{2,45}$/
const HOST = /^[\w-]{1,63}(\.[\w-]{1,63})*\.?$/

const isPort = (value: string): boolean => PORT.test(value) && Number(value) < 65_536
const isPeer = (value: string): boolean => peerIdSchema.safeParse(value).success
const isHost = (value: string): boolean => value.length < 254 && HOST.test(value)
const isAny = (value: string): boolean => value.length > 0

/** Parts of a multiaddr (github.com/multiformats/multiaddr) that take a value, and which. */
const WITH_VALUE: Readonly<Record<string, (value: string) => boolean>> = {
  ip4: (value) => IP4.test(value),
  ip6: (value) => IP6.test(value),
  ip6zone: isAny,
  dns: isHost,
  dns4: isHost,
  dns6: isHost,
  dnsaddr: isHost,
  tcp: isPort,
  udp: isPort,
  sni: isHost,
  certhash: isAny,
  'http-path': isAny,
  p2p: isPeer
}
const WITHOUT_VALUE: readonly string[] = [
  'ws',
  'wss',
  'tls',
  'http',
  'https',
  'quic-v1',
  'webtransport',
  'webrtc',
  'webrtc-direct',
  'p2p-circuit'
]

/** The peer whom a multiaddr says how to dial; null: it is no such address. */
export const peerOf = (address: string): string | null => {
  const [before, ...parts] = address.split('/')
  if (before !== '' || parts.length < 4) return null
  let name = ''
  let value = ''
  for (let i = 0; i < parts.length; i++) {
    name = parts[i]!
    if (WITHOUT_VALUE.includes(name)) continue
    const fits = Object.hasOwn(WITH_VALUE, name) ? WITH_VALUE[name]! : null
    value = parts[++i] ?? ''
    if (fits === null || !fits(value)) return null
  }
  return name === 'p2p' ? value : null
}
