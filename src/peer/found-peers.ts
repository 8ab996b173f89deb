import type { PeerName } from '../strategy/strategy.ts'

/** Whoever says where somebody can be found. */
export type FoundBy = 'mdns' | 'dht'

/** Of each source: a liar may name thousands. */
const MAX_FOUND = 64
/** Of one peer. */
const MAX_ADDRESSES = 4
const ADDRESS = /^\/[!-~]{1,199}$/

interface Found {
  readonly by: FoundBy
  readonly addresses: readonly string[]
}

/** Peers that discovery has named and that have not been heard yet: hearsay, and kept in memory only. */
export class FoundPeers {
  readonly #found = new Map<PeerName, Found>()
  readonly #failures: (peer: PeerName) => number

  /** `failures`: how often it has been looked for in vain; who has none keeps its place. */
  constructor(failures: (peer: PeerName) => number) {
    this.#failures = failures
  }

  /** Those of the local network first. */
  get names(): readonly PeerName[] {
    const of = (source: FoundBy) =>
      [...this.#found].flatMap(([name, { by }]) => (by === source ? [name] : []))
    return [...of('mdns'), ...of('dht')]
  }

  addresses(peer: PeerName): readonly string[] {
    return this.#found.get(peer)?.addresses ?? []
  }

  /** Returns whether that says anything new. */
  add(peer: PeerName, addresses: readonly string[], by: FoundBy): boolean {
    const known = this.#found.get(peer)
    const before = known?.addresses ?? []
    const told = addresses.filter((address) => ADDRESS.test(address))
    const all = [...new Set([...told, ...before])].slice(0, MAX_ADDRESSES)
    if (all.every((address) => before.includes(address))) return false
    if (known === undefined && !this.#makeRoom(by)) return false
    this.#found.set(peer, { by: known?.by ?? by, addresses: all })
    return true
  }

  delete(peer: PeerName): void {
    this.#found.delete(peer)
  }

  #makeRoom(by: FoundBy): boolean {
    const names = [...this.#found].flatMap(([name, found]) => (found.by === by ? [name] : []))
    if (names.length < MAX_FOUND) return true
    const worst = names.reduce((a, b) => (this.#failures(b) > this.#failures(a) ? b : a))
    if (this.#failures(worst) === 0) return false
    this.#found.delete(worst)
    return true
  }
}
