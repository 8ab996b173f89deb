import { isIPv4, isIPv6 } from 'node:net'

/** Whom a call is booked on. */
export interface Caller {
  /** Its IPv4 address, or the /64 of its IPv6 address. */
  readonly address: string
  /** The /48 of its IPv6 address; null: there is none. */
  readonly range: string | null
  readonly loopback: boolean
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

const groupsOf = (address: string, count: number): string => {
  const [left = '', right] = address.replace(/%.*$/, '').split('::')
  const groups = left === '' ? [] : left.split(':')
  const after = right === undefined || right === '' ? [] : right.split(':')
  const zeros = right === undefined ? 0 : 8 - groups.length - after.length
  const all = [...groups, ...new Array<string>(Math.max(0, zeros)).fill('0'), ...after]
  return all
    .slice(0, count)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

/** Of an IP address as text; null: it is none. */
export const callerOf = (host: string): Caller | null => {
  const plain = MAPPED.exec(host)?.[1] ?? host
  if (isIPv4(plain)) {
    return { address: plain, range: null, loopback: plain.startsWith('127.') }
  }
  if (!isIPv6(plain)) return null
  const loopback = plain === '::1'
  const range = loopback ? null : `${groupsOf(plain, 3)}::/48`
  return { address: `${groupsOf(plain, 4)}::/64`, range, loopback }
}
