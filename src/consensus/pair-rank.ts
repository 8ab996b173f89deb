import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'

/** Names kept; a swarm's members, twice over. */
const MOST = 8192

/**
 * The place of every other peer in one peer's ranking: rendezvous hashing (Thaler & Ravishankar 1998) of
 * the unordered pair, so that both ends give a pair the same number. In [0, 1); the lower, the better.
 */
export class PairRank {
  readonly self: string
  readonly #salt: string
  readonly #known = new Map<string, number>()

  /** `salt`: of the swarm, such as its manifest's hash. */
  constructor(self: string, salt: string) {
    this.self = self
    this.#salt = salt
  }

  of(other: string): number {
    const known = this.#known.get(other)
    if (known !== undefined) return known
    const [first, second] = other < this.self ? [other, this.self] : [this.self, other]
    const digest = sha256(utf8ToBytes(`${this.#salt} ${first} ${second}`))
    const rank = new DataView(digest.buffer, digest.byteOffset).getUint32(0) / 2 ** 32
    if (this.#known.size >= MOST) this.#known.clear()
    this.#known.set(other, rank)
    return rank
  }
}
