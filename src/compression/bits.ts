/** Bits in a run of bytes, the lowest bit of a byte first. Numbers are little-endian. */

/** Largest width of `put` and `take`: with 7 bits waiting it still fits 31 bits. */
export const WIDEST = 24

/** Writes into bytes that are zero from `start` on; `finish` must be called once at the end. */
export class BitWriter {
  readonly #bytes: Uint8Array
  #at: number
  #waiting = 0
  #count = 0

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes
    this.#at = start
  }

  /** The low `width` bits of `value`, which must have no others. */
  put(value: number, width: number): void {
    this.#waiting |= value << this.#count
    this.#count += width
    while (this.#count >= 8) {
      this.#bytes[this.#at++] = this.#waiting
      this.#waiting >>>= 8
      this.#count -= 8
    }
  }

  /** `zeros` zeros, then a one. */
  putUnary(zeros: number): void {
    let left = zeros
    for (; left >= WIDEST; left -= WIDEST) this.put(0, WIDEST)
    this.put(1 << left, left + 1)
  }

  /** Pads with zeros to a whole byte; returns the offset after it. */
  finish(): number {
    if (this.#count > 0) this.#bytes[this.#at++] = this.#waiting
    this.#waiting = 0
    this.#count = 0
    return this.#at
  }
}

/** Reads bytes `start` to `end` (exclusive); past the end it answers -1 instead of throwing. */
export class BitReader {
  readonly #bytes: Uint8Array
  readonly #end: number
  #at: number
  #waiting = 0
  #count = 0

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes
    this.#end = end
    this.#at = start
  }

  /** Never holds more than 31 bits, so that `#waiting` stays a small non-negative integer. */
  #refill(): void {
    while (this.#count < WIDEST && this.#at < this.#end) {
      this.#waiting |= this.#bytes[this.#at++]! << this.#count
      this.#count += 8
    }
  }

  take(width: number): number {
    if (this.#count < width) this.#refill()
    if (this.#count < width) return -1
    const value = this.#waiting & ((1 << width) - 1)
    this.#waiting >>>= width
    this.#count -= width
    return value
  }

  /** The zeros before the next one, which is taken too. */
  takeUnary(): number {
    let zeros = 0
    while (this.#waiting === 0) {
      zeros += this.#count
      this.#count = 0
      if (this.#at >= this.#end) return -1
      this.#refill()
    }
    const run = 31 - Math.clz32(this.#waiting & -this.#waiting)
    this.#waiting >>>= run + 1
    this.#count -= run + 1
    return zeros + run
  }

  /** True when only the zeros that pad the last byte are left. */
  finished(): boolean {
    return this.#at === this.#end && this.#count < 8 && this.#waiting === 0
  }
}
