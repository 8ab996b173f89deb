import type { Bytes } from '../vector/vector.ts'

const GROUP = 0x80
/** Eight groups of 7 bits hold 2^53 - 1. */
const MAX_GROUPS = 8

/**
 * Reads what `ByteWriter` writes. Never throws: what cannot be read sets `failed` and answers with
 * zero or nothing, so that a body is read to its end and looked at once.
 */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0
  #failed = false

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** True once something was missing or malformed. */
  get failed(): boolean {
    return this.#failed
  }

  /** True when everything was well formed and nothing is left. */
  get complete(): boolean {
    return !this.#failed && this.#at === this.#bytes.length
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  u8(): number {
    return this.#number(1)
  }

  u16(): number {
    return this.#number(2)
  }

  u32(): number {
    return this.#number(4)
  }

  /** At most `limit`, in as few bytes as it can be written in. */
  varint(limit: number = Number.MAX_SAFE_INTEGER): number {
    let value = 0
    let unit = 1
    for (let i = 0; i < MAX_GROUPS; i++) {
      const byte = this.u8()
      if (this.#failed) return 0
      value += (byte % GROUP) * unit
      if (byte < GROUP) return value > limit || (byte === 0 && i > 0) ? this.#fail() : value
      unit *= GROUP
    }
    return this.#fail()
  }

  /** A copy. */
  bytes(count: number): Bytes {
    if (count > this.left) {
      this.#fail()
      return new Uint8Array()
    }
    this.#at += count
    // A Buffer's own slice would share its memory.
    return new Uint8Array(this.#bytes.subarray(this.#at - count, this.#at))
  }

  rest(): Bytes {
    return this.bytes(this.left)
  }

  /** UTF-8 of at most `limit` bytes. */
  text(limit: number): string {
    const bytes = this.bytes(this.varint(limit))
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    } catch {
      this.#fail()
      return ''
    }
  }

  #number(count: number): number {
    if (count > this.left) return this.#fail()
    let value = 0
    for (let i = 0; i < count; i++) value = value * 256 + this.#bytes[this.#at++]!
    return value
  }

  #fail(): 0 {
    this.#failed = true
    return 0
  }
}
