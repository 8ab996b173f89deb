import type { PeerName } from '../../strategy/strategy.ts'
import { withoutName } from '../without-name.ts'

/** Texts that a record carries: those of libp2p's mDNS (github.com/libp2p/specs, discovery/mdns.md). */
const PREFIX = 'dnsaddr='
const MAX_TEXT = 255
const TTL_SECONDS = 120
const MAX_ADDRESSES = 8

/** The name that members of one swarm ask for: a DNS label has room for 12 digits of the hash. */
export const serviceTag = (manifestHash: string): string =>
  `_sg-${manifestHash.slice(0, 12)}._udp.local`

export interface DnsRecord {
  readonly type: string
  readonly name: string
  readonly data?: unknown
}

/** `label`: what this peer is called among the answers, at most 63 characters. */
export const answersOf = (tag: string, label: string, addresses: readonly string[]) => {
  const name = `${label}.${tag}`
  const texts = addresses.map((address) => `${PREFIX}${address}`)
  return [
    { type: 'PTR' as const, name: tag, ttl: TTL_SECONDS, data: name },
    ...texts
      .filter((text) => text.length <= MAX_TEXT)
      .slice(0, MAX_ADDRESSES)
      .map((data) => ({ type: 'TXT' as const, name, ttl: TTL_SECONDS, data }))
  ]
}

const textsOf = (data: unknown): readonly string[] =>
  (Array.isArray(data) ? data : [data]).flatMap((text: unknown) =>
    text instanceof Uint8Array ? [Buffer.from(text).toString('latin1')] : []
  )

/** Who answers to a tag, and where it is, without /p2p/; null: this is no answer to it. Never throws. */
export const peerIn = (
  tag: string,
  records: readonly DnsRecord[]
): { readonly peer: PeerName; readonly addresses: readonly string[] } | null => {
  if (!records.some(({ type, name }) => type === 'PTR' && name === tag)) return null
  const addresses = records
    .filter(({ type, name }) => type === 'TXT' && name.endsWith(`.${tag}`))
    .flatMap(({ data }) => textsOf(data))
    .filter((text) => text.startsWith(PREFIX) && text.length <= MAX_TEXT)
    .slice(0, MAX_ADDRESSES)
    .map((text) => text.slice(PREFIX.length))
  const peer = /\/p2p\/([1-9A-HJ-NP-Za-km-z]+)$/.exec(addresses[0] ?? '')?.[1]
  if (peer === undefined) return null
  const own = addresses.filter((address) => address.endsWith(`/p2p/${peer}`))
  return { peer, addresses: own.map((address) => withoutName(address, peer)) }
}
