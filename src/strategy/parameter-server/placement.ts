/**
 * Who serves what, as a function of the member list alone: rendezvous hashing (Thaler and Ravishankar
 * 1998). Where two peers know other members they may differ; the register decides (register.ts).
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { PeerName } from '../strategy.ts'

const rankOf = (salt: string, shard: number, peer: PeerName): number => {
  const hash = sha256(utf8ToBytes(`${salt} ${shard} ${peer}`))
  return new DataView(hash.buffer, hash.byteOffset).getUint32(0)
}

export class Placement {
  readonly #salt: string
  readonly #shards: number
  readonly #replicas: number
  #key: string | null = null
  #groups: readonly (readonly PeerName[])[] = []
  readonly #ranks = new Map<string, number>()

  /** `salt`: of the swarm, so that the same peers serve other shards in another one. */
  constructor(salt: string, shards: number, replicas: number) {
    this.#salt = salt
    this.#shards = shards
    this.#replicas = replicas
  }

  /** All members, the first for this shard first. */
  ranking(shard: number, members: readonly PeerName[]): readonly PeerName[] {
    const rank = (peer: PeerName): number => this.#rank(shard, peer)
    return [...members].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
  }

  /** For every shard its replicas, the primary first; nobody serves two while others serve none. */
  groups(members: readonly PeerName[]): readonly (readonly PeerName[])[] {
    const key = members.join('\n')
    if (key === this.#key) return this.#groups
    this.#key = key
    const groups = Array.from({ length: this.#shards }, (): PeerName[] => [])
    let free = new Set(members)
    // Primaries first: they have the most to do.
    for (let place = 0; place < Math.min(this.#replicas, members.length); place++) {
      groups.forEach((group, shard) => {
        if (free.size === 0) free = new Set(members)
        const ranked = this.ranking(shard, members).filter((peer) => !group.includes(peer))
        const next = ranked.find((peer) => free.has(peer)) ?? ranked[0]!
        free.delete(next)
        group.push(next)
      })
    }
    this.#groups = groups
    return groups
  }

  #rank(shard: number, peer: PeerName): number {
    const key = `${shard} ${peer}`
    const known = this.#ranks.get(key)
    if (known !== undefined) return known
    if (this.#ranks.size > MOST_RANKS) this.#ranks.clear()
    const rank = rankOf(this.#salt, shard, peer)
    this.#ranks.set(key, rank)
    return rank
  }
}

/** Hashes that are remembered; names come from outside. */
const MOST_RANKS = 65_536
