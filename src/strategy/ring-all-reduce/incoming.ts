/** What comes from the member before in one view: once each and in order, whatever way it came. */
import type { Piece } from './kinds.ts'
import { sizeOf } from './outgoing.ts'

export class Incoming {
  readonly #window: number
  readonly #early = new Map<number, Piece>()
  /** Bytes of what has come and waits. */
  #waiting = 0
  #next = 0
  #done = 0

  /** `window`: bytes that may wait; an honest end sends no more. */
  constructor(window: number) {
    this.#window = window
  }

  /** How many have been dealt with. */
  get done(): number {
    return this.#done
  }

  /** Twice, too early or too much: not taken. */
  offer(piece: Piece): void {
    const { seq } = piece
    const size = sizeOf(piece)
    if (seq < this.#next || this.#early.has(seq)) return
    if (this.#waiting > 0 && this.#waiting + size > this.#window) return
    this.#early.set(seq, piece)
    this.#waiting += size
  }

  /** The next in order, if it has come. */
  peek(): Piece | undefined {
    return this.#early.get(this.#next)
  }

  /** It is being dealt with. */
  take(): void {
    this.#waiting -= sizeOf(this.#early.get(this.#next)!)
    this.#early.delete(this.#next++)
  }

  /** One more has been. */
  finished(): void {
    this.#done++
  }
}
