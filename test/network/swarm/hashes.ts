/** Whether peers that are never at one place at one moment have one replica, told by the cuts they come by. */

interface Sight {
  readonly cut: string
  readonly hash: string
  /** ISO 8601. */
  readonly at: string
}

export class Hashes {
  /** By cut, then by hash: who has come by. */
  readonly #cuts = new Map<string, Map<string, Set<string>>>()
  #since = -Infinity

  /** A peer says that its replica has this hash at this cut. What it saw before `since` does not count. */
  add(peer: string, { cut, hash, at }: Sight): void {
    if (Date.parse(at) < this.#since) return
    const hashes = this.#cuts.get(cut) ?? new Map<string, Set<string>>()
    const peers = hashes.get(hash) ?? new Set()
    this.#cuts.set(cut, hashes.set(hash, peers.add(peer)))
  }

  /** Forgets what has been seen before: what is asked is whether they agree from now on. */
  startAnew(now = Date.now()): void {
    this.#cuts.clear()
    this.#since = now
  }

  /** Cuts at which not all had the same hash. */
  get conflicts(): readonly string[] {
    return [...this.#cuts].filter(([, hashes]) => hashes.size > 1).map(([cut]) => cut)
  }

  /**
   * Peers in groups: two are in one that have had the same hash at the same cut, or have both in common with
   * a third.
   */
  groups(peers: readonly string[]): readonly (readonly string[])[] {
    const groups = new Map(peers.map((peer) => [peer, new Set([peer])]))
    for (const hashes of this.#cuts.values()) {
      for (const together of hashes.values()) {
        const known = [...together].filter((peer) => groups.has(peer))
        const union = new Set(known.flatMap((peer) => [...groups.get(peer)!]))
        for (const peer of union) groups.set(peer, union)
      }
    }
    return [...new Set(groups.values())].map((group) => [...group])
  }
}
