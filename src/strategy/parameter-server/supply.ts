/** A copy of a shard's state for peers that are to hold it, piece by piece as they ask. */
import type { Bytes } from '../../vector/vector.ts'
import type { PeerName } from '../strategy.ts'
import { encodeTable } from './saved-table.ts'
import type { ShardTable } from './shard-table.ts'
import type { Surroundings } from './surroundings.ts'

interface Copy {
  readonly op: number
  readonly steps: number
  readonly pieces: readonly Bytes[]
}

export class Supply {
  readonly term: number
  readonly #around: Surroundings
  readonly #shard: number
  /** Null while it is being made. */
  #copy: Copy | null = null
  readonly #asked = new Map<PeerName, number>()

  /** Copies what the jobs so far leave. */
  constructor(around: Surroundings, shard: number, term: number, table: ShardTable) {
    this.#around = around
    this.#shard = shard
    this.term = term
    const { op } = table
    const first = encodeTable(table)
    around.compute({ kind: 'snapshot', shard }, (result) => {
      if (result.kind !== 'snapshot') return
      this.#copy = { op, steps: result.steps, pieces: [first, ...result.vectors] }
      for (const [peer, piece] of this.#asked) this.ask(peer, piece)
      this.#asked.clear()
    })
  }

  ask(from: PeerName, piece: number): void {
    if (this.#copy === null) {
      this.#asked.set(from, piece)
      return
    }
    const { op, steps, pieces } = this.#copy
    const bytes = pieces[piece]
    if (bytes === undefined) return
    const [shard, term] = [this.#shard, this.term]
    const count = pieces.length
    this.#around.send(from, { kind: 'state', shard, term, piece, pieces: count, op, steps, bytes })
  }
}
