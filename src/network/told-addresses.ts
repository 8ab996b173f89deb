import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { NodePart } from './node-part.ts'

/** Of libp2p's components, those that know where the node listens. */
export interface ToldComponents {
  readonly peerId: { toString(): string }
  readonly transportManager: { getAddrs(): Multiaddr[] }
}

/**
 * What others are told as this peer's addresses. libp2p itself says nothing of a public address that it
 * listens on until some service has confirmed it.
 */
export class ToldAddresses {
  readonly #parts: readonly NodePart[]
  #components: ToldComponents | null = null

  constructor(parts: readonly NodePart[]) {
    this.#parts = parts
  }

  /** Called by libp2p as it makes a service, before anybody asks. */
  know(components: ToldComponents): object {
    this.#components = components
    return {}
  }

  /** `addresses`: what libp2p would tell. */
  tell(addresses: readonly Multiaddr[]): Multiaddr[] {
    const end = `/p2p/${this.#components?.peerId}`
    const listened = this.#components?.transportManager.getAddrs() ?? []
    const all = [...addresses, ...listened].map((address) => {
      const text = `${address}`
      return text.endsWith(end) ? text.slice(0, -end.length) : text
    })
    let told: readonly string[] = [...new Set(all)]
    for (const part of this.#parts) told = part.tells?.(told) ?? told
    return told.map((address) => multiaddr(address.endsWith(end) ? address : address + end))
  }
}
