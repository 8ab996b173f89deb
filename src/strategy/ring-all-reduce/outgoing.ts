/**
 * What goes to the next member of the ring in one view, in order: no more under way than it can take,
 * and all that it has not dealt with is kept, so that a link that breaks and comes back loses nothing.
 */
import type { Piece } from './kinds.ts'

/** An empty piece, of a vector with fewer elements than members, takes room as well. */
const HEAD = 64

export const sizeOf = ({ bytes }: Piece): number => HEAD + bytes.byteLength

export class Outgoing {
  readonly #window: number
  readonly #send: (piece: Piece) => void
  /** Those that have been sent and not been dealt with, then those that wait. */
  readonly #kept: Piece[] = []
  #sent = 0
  /** Bytes of those that have been sent. */
  #open = 0
  #next = 0

  /** `window`: bytes under way. */
  constructor(window: number, send: (piece: Piece) => void) {
    this.#window = window
    this.#send = send
  }

  push(piece: Omit<Piece, 'kind' | 'seq'>): void {
    this.#kept.push({ kind: 'piece', seq: this.#next++, ...piece })
    this.#pump()
  }

  /** The other end has dealt with all below `count`. */
  took(count: number): void {
    while (this.#sent > 0 && this.#kept[0]!.seq < count) this.#drop()
    this.#pump()
  }

  /** The link is another one: what the other end has not dealt with goes again. */
  again(count: number): void {
    while (this.#sent > 0 && this.#kept[0]!.seq < count) this.#drop()
    this.#sent = 0
    this.#open = 0
    this.#pump()
  }

  #drop(): void {
    this.#open -= sizeOf(this.#kept.shift()!)
    this.#sent--
  }

  #pump(): void {
    while (this.#sent < this.#kept.length) {
      const piece = this.#kept[this.#sent]!
      const size = sizeOf(piece)
      if (this.#open > 0 && this.#open + size > this.#window) return
      this.#sent++
      this.#open += size
      this.#send(piece)
    }
  }
}
