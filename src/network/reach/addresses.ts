/** Which addresses of a peer are told, and in which order others' are tried. Pure, on text. */
import { isPublicAddress } from '../public-address.ts'

/** An IP address of this machine and how many of its first bits are the network's. */
export interface OwnNetwork {
  readonly address: string
  readonly bits: number
}

const HOST = /^\/ip[46]\/([^/]+)/

export const isCircuit = (address: string): boolean => address.includes('/p2p-circuit')

export const isLoopback = (address: string): boolean =>
  address.startsWith('/ip4/127.') || address.startsWith('/ip6/::1/')

const numberOf = (ip: string): number | null => {
  const parts = ip.split('.').map(Number)
  if (parts.length !== 4 || !parts.every((part) => part >= 0 && part < 256)) return null
  return parts.reduce((sum, part) => sum * 256 + part, 0)
}

/** IPv4 alone: what is private in IPv6 is rarely routed to from elsewhere, and cheap to try. */
const isOn = (network: OwnNetwork, ip: string): boolean => {
  const [own, other] = [numberOf(network.address), numberOf(ip)]
  if (own === null || other === null) return false
  const size = 2 ** (32 - network.bits)
  return Math.floor(own / size) === Math.floor(other / size)
}

/** Whether it begins with an address on one of this machine's own networks. */
export const isNear = (address: string, networks: readonly OwnNetwork[]): boolean => {
  const ip = HOST.exec(address)?.[1]
  return ip !== undefined && networks.some((network) => isOn(network, ip))
}

/**
 * What is tried first: neighbours on the own network, then what is public, then relays, then what is
 * private elsewhere. Nothing answers there as a rule, but some networks are made of several.
 */
export const dialRank = (address: string, networks: readonly OwnNetwork[]): number => {
  if (isCircuit(address)) return 2
  if (isLoopback(address)) return 3
  if (isPublicAddress(address)) return 1
  return isNear(address, networks) ? 0 : 3
}

/** Addresses through one relay that others are told: what is public, else whatever there is. */
const CIRCUITS_OF_RELAY = 1

const relayOf = (address: string): string =>
  /\/p2p\/([^/]+)\/p2p-circuit/.exec(address)?.[1] ?? address

/**
 * Where others are told to dial this peer: what the operator says, what is public, relays, then what only
 * neighbours can use. `reachable` false: nobody could dial what is public. Loopback only if it listens
 * nowhere else.
 */
export const toldAddresses = (
  addresses: readonly string[],
  announced: readonly string[],
  reachable: boolean
): readonly string[] => {
  const others = [...new Set(addresses)].filter((address) => !announced.includes(address))
  const direct = others.filter((address) => !isCircuit(address))
  const open = direct.filter(isPublicAddress)
  const circuits = others.filter(isCircuit)
  const relays = [...new Set(circuits.map(relayOf))].flatMap((relay) => {
    const ways = circuits.filter((address) => relayOf(address) === relay)
    const best = ways.filter(isPublicAddress)
    return (best.length > 0 ? best : ways).slice(0, CIRCUITS_OF_RELAY)
  })
  const near = direct.filter((address) => !isPublicAddress(address) && !isLoopback(address))
  const own = direct.every(isLoopback) ? direct : near
  return [...announced, ...(reachable ? open : []), ...relays, ...own]
}
