import type { Multiaddr } from '@multiformats/multiaddr'
import { isCircuit } from '../reach/addresses.ts'

const SOCKET = /^\/ip[46]\/([^/]+)\/tcp\/(\d+)/

/** Of a socket's other end; IPv4 inside IPv6 is IPv4. */
export const endOf = (host: string, port: number | string): string =>
  `${host.replace(/^::ffff:(?=\d+\.)/i, '')} ${port}`

/** The same for a socket, and for the connection that it becomes; a relayed connection has its own. */
export const socketKey = (address: Multiaddr): string => {
  const text = address.toString().replace(/\/p2p\/[^/]+$/, '')
  const [, host, port] = SOCKET.exec(text) ?? []
  if (host === undefined || port === undefined || isCircuit(text)) return text
  return endOf(host, port)
}
