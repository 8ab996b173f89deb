/** Who reaches whom in what way, and what has gone that way: of what peers say of themselves. */
import { PATH_KINDS, type PathKind } from '../../../src/network/path.ts'
import type { PeerStatus } from '../../../src/peer/monitor/status.ts'

/** What one peer has sent another. */
export interface Pair {
  readonly from: string
  readonly to: string
  /** Frames of the strategy, in bytes, by the way that they took. */
  readonly bytes: Record<PathKind, number>
  /** The latest; null: none yet. */
  kind: PathKind | null
}

const NONE: Readonly<Record<PathKind, number>> = { direct: 0, punched: 0, relayed: 0 }

export class Traffic {
  readonly #pairs = new Map<string, Pair>()
  /** Bytes in all that a life of a peer has told of another. */
  readonly #told = new Map<string, number>()
  /** Of peer ids, what people call their hosts. */
  readonly #names = new Map<string, string>()

  add(name: string, status: PeerStatus): void {
    this.#names.set(status.self, name)
    for (const { name: peer, path, bytesSent } of status.members) {
      const to = this.#names.get(peer)
      if (to === undefined) continue
      const pair = this.#pair(name, to)
      const life = `${status.self} ${status.startedAt} ${peer}`
      const more = bytesSent - (this.#told.get(life) ?? 0)
      this.#told.set(life, bytesSent)
      // What was sent before a way broke down went that way.
      const kind = path?.kind ?? pair.kind
      if (kind !== null) pair.bytes[kind] += more
      if (path !== null) pair.kind = path.kind
    }
  }

  get pairs(): readonly Pair[] {
    return [...this.#pairs.values()]
  }

  /** Of all pairs that this is true of. */
  bytes(isIt: (pair: Pair) => boolean = () => true): Readonly<Record<PathKind, number>> {
    const sum = { ...NONE }
    for (const pair of this.pairs.filter(isIt)) {
      for (const kind of PATH_KINDS) sum[kind] += pair.bytes[kind]
    }
    return sum
  }

  #pair(from: string, to: string): Pair {
    const key = `${from} ${to}`
    const pair = this.#pairs.get(key) ?? { from, to, bytes: { ...NONE }, kind: null }
    this.#pairs.set(key, pair)
    return pair
  }
}
