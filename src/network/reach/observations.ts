import type { Connection, IdentifyResult } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { isPublicAddress } from '../public-address.ts'
import { isCircuit } from './addresses.ts'
import { Mapping } from './mapping.ts'

const partsOf = (address: Multiaddr): { readonly host: string; readonly port: number } | null => {
  try {
    return address.toOptions()
  } catch {
    return null
  }
}

/** A local port and the multiaddr that others see it as. */
export interface Mapped {
  readonly port: number
  readonly address: string
}

/** As what others see this peer call, from what they say by identify. */
export class Observations {
  readonly #portOf: (connection: Connection) => number | null
  readonly #mappings = new Map<number, Mapping>()

  /** `portOf`: null for connections that tell nothing of how the NAT maps a port. */
  constructor(portOf: (connection: Connection) => number | null) {
    this.#portOf = portOf
  }

  add({ connection, observedAddr }: IdentifyResult): void {
    const { remoteAddr } = connection
    if (observedAddr === undefined || isCircuit(`${remoteAddr}`)) return
    const port = this.#portOf(connection)
    const [observer, seen] = [partsOf(remoteAddr), partsOf(observedAddr)]
    if (observer === null || seen === null || port === null) return
    const text = `/ip${seen.host.includes(':') ? 6 : 4}/${seen.host}/tcp/${seen.port}`
    if (!isPublicAddress(`${remoteAddr}`) || !isPublicAddress(text)) return
    const mapping = this.#mappings.get(port) ?? new Mapping()
    this.#mappings.set(port, mapping)
    mapping.observe(observer.host, text, performance.now())
  }

  /** Another network may give it another address, and NATs forget, too. */
  closed(connection: Connection): void {
    const host = partsOf(connection.remoteAddr)?.host
    const port = this.#portOf(connection)
    if (host !== undefined && port !== null) this.#mappings.get(port)?.forget(host)
  }

  /** By how many have seen the port, most first. */
  get #sorted(): readonly (readonly [port: number, Mapping])[] {
    const now = performance.now()
    return [...this.#mappings]
      .filter(([, mapping]) => mapping.observers(now) > 0)
      .sort(([, a], [, b]) => b.observers(now) - a.observers(now))
  }

  /** Multiaddrs, the most frequent first. */
  get seen(): readonly string[] {
    const now = performance.now()
    return [...new Set(this.#sorted.flatMap(([, mapping]) => mapping.seen(now)))]
  }

  /** IP addresses among them. */
  get hosts(): readonly string[] {
    return [...new Set(this.seen.map((address) => address.split('/')[2]!))]
  }

  get verdict(): 'one' | 'each' | null {
    return this.#sorted[0]?.[1].verdict(performance.now()) ?? null
  }

  /** The port to punch from; null: nobody has seen one, or everybody sees it as another. */
  get mapped(): Mapped | null {
    const [best] = this.#sorted
    if (best === undefined || this.verdict === 'each') return null
    return { port: best[0], address: best[1].seen(performance.now())[0]! }
  }
}
