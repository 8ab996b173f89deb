const IP4 = /^\/ip4\/(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}(?:\/|$)/
const IP6 = /^\/ip6\/([0-9a-f:.]{2,45})(?:\/|$)/i
/** An IPv4 address in IPv6's clothes. */
const MAPPED = /^::ffff:(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/i
/** Groups of 16 bits: a /48. */
const GROUPS = 3

const groupsOf = (part: string): string[] => (part === '' ? [] : part.split(':'))

/** `address`, with the zeros that it leaves out, its first groups. */
const firstGroups = (address: string): string => {
  const [left = '', right] = address.split('::')
  const [before, after] = [groupsOf(left), groupsOf(right ?? '')]
  const zeros = right === undefined ? 0 : Math.max(1, 8 - before.length - after.length)
  return [...before, ...Array<string>(zeros).fill('0'), ...after]
    .slice(0, GROUPS)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

/**
 * What one owner of addresses can have many of: the /24 of an IPv4 multiaddr, the /48 of an IPv6 one, as
 * text that is equal for equal ranges. Null: it begins with neither (a name, another transport). For a
 * relayed address it is the relay's.
 */
export const rangeOf = (multiaddr: string): string | null => {
  const ip4 = IP4.exec(multiaddr)?.[1]
  if (ip4 !== undefined) return `${ip4}.0/24`
  const ip6 = IP6.exec(multiaddr)?.[1]
  if (ip6 === undefined) return null
  const mapped = MAPPED.exec(ip6)?.[1]
  return mapped === undefined ? `${firstGroups(ip6)}::/48` : `${mapped}.0/24`
}
