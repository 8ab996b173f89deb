/** Takes a shard's state from who has it: one piece after the other, so that no queue overflows. */

import type { Bytes } from '../../vector/vector.ts'
import type { Milliseconds, PeerName } from '../strategy.ts'
import type { Message } from './kinds.ts'
import { RETRY } from './limits.ts'
import type { Surroundings } from './surroundings.ts'

type Piece = Extract<Message, { kind: 'state' }>

export interface Fetched {
  readonly steps: number
  readonly table: Bytes
  readonly vectors: readonly Bytes[]
}

export class Fetch {
  readonly from: PeerName
  readonly term: number
  readonly #around: Surroundings
  readonly #shard: number
  #op = 0
  #pieces: Bytes[] = []
  #askedAt: Milliseconds = 0

  constructor(around: Surroundings, shard: number, from: PeerName, term: number) {
    this.#around = around
    this.#shard = shard
    this.from = from
    this.term = term
    this.#ask()
  }

  /** The whole state, once its last piece has come. */
  take(message: Piece): Fetched | null {
    const { piece, pieces, op, steps, bytes } = message
    if (piece === 0) {
      this.#op = op
      this.#pieces = []
    }
    // Of another copy than the pieces so far, or a piece that comes again.
    if (op !== this.#op || piece !== this.#pieces.length) return null
    this.#pieces.push(bytes)
    if (this.#pieces.length < pieces) {
      this.#ask()
      return null
    }
    const [table, ...vectors] = this.#pieces
    return { steps, table: table!, vectors }
  }

  linkUp(peer: PeerName): void {
    if (peer === this.from) this.#ask()
  }

  /** Asks again for what has not come. */
  tick(now: Milliseconds): void {
    if (now - this.#askedAt >= RETRY * this.#around.options.failoverMs) this.#ask()
  }

  #ask(): void {
    this.#askedAt = this.#around.now()
    const [shard, term, piece] = [this.#shard, this.term, this.#pieces.length]
    this.#around.send(this.from, { kind: 'ask-state', shard, term, piece })
  }
}
