import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Bytes } from '../vector/vector.ts'

const GROUP = 0x80

/** Puts a message's body together: big-endian numbers, unsigned LEB128 varints, UTF-8 text. */
export class ByteWriter {
  readonly #parts: Uint8Array[] = []

  u8(value: number): this {
    this.#parts.push(Uint8Array.of(value))
    return this
  }

  u16(value: number): this {
    this.#parts.push(Uint8Array.of(value >>> 8, value))
    return this
  }

  u32(value: number): this {
    this.#parts.push(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value))
    return this
  }

  /** A whole number from 0 to 2^53 - 1. */
  varint(value: number): this {
    const groups: number[] = []
    let left = value
    for (; left >= GROUP; left = Math.floor(left / GROUP)) groups.push((left % GROUP) | GROUP)
    groups.push(left)
    this.#parts.push(Uint8Array.from(groups))
    return this
  }

  /** Its length is the reader's to know. */
  bytes(value: Uint8Array): this {
    this.#parts.push(value)
    return this
  }

  /** With its length before it. */
  text(value: string): this {
    const bytes = utf8ToBytes(value)
    return this.varint(bytes.length).bytes(bytes)
  }

  done(): Bytes {
    return concatBytes(...this.#parts) as Bytes
  }
}
