import type { Multiaddr } from '@multiformats/multiaddr'
import { socketKey } from './socket-key.ts'

interface Signs {
  heard: boolean
  /** Bytes. */
  sent: number
  /** Connections to this address: one, but for a moment. */
  connections: number
}

/** What passes through the sockets of connections, by the address of the other end, between two looks. */
export class LifeSigns {
  readonly #signs = new Map<string, Signs>()

  begin(address: Multiaddr): void {
    const key = socketKey(address)
    const signs = this.#signs.get(key)
    if (signs === undefined) this.#signs.set(key, { heard: true, sent: 0, connections: 1 })
    else signs.connections++
  }

  end(address: Multiaddr): void {
    const key = socketKey(address)
    const signs = this.#signs.get(key)
    if (signs !== undefined && --signs.connections === 0) this.#signs.delete(key)
  }

  received(key: string): void {
    const signs = this.#signs.get(key)
    if (signs !== undefined) signs.heard = true
  }

  sent(key: string, bytes: number): void {
    const signs = this.#signs.get(key)
    if (signs !== undefined) signs.sent += bytes
  }

  /** What there has been since it was asked last; null: no such connection. */
  take(address: Multiaddr): { readonly heard: boolean; readonly sent: number } | null {
    const signs = this.#signs.get(socketKey(address))
    if (signs === undefined) return null
    const taken = { ...signs }
    signs.heard = false
    signs.sent = 0
    return taken
  }
}
