/** Fields of message bodies, written and read one after the other. Numbers are big-endian. */
import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { PeerName } from '../strategy.ts'
import type { Entry, Stance } from './kinds.ts'

export const STANCE_BYTES = 16
/** Without its name. */
export const ENTRY_BYTES = 13
/** Longest name of a peer; libp2p's have 52 characters. */
export const MAX_NAME = 100

/** Printable, so that a name may be shown. */
const isName = (name: string): boolean => /^[!-~]{1,100}$/.test(name)

export class Writer {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly #view: DataView
  #at = 0

  constructor(length: number) {
    this.bytes = new Uint8Array(length)
    this.#view = new DataView(this.bytes.buffer)
  }

  u8(value: number): this {
    this.#view.setUint8(this.#at, value)
    this.#at += 1
    return this
  }

  u16(value: number): this {
    this.#view.setUint16(this.#at, value)
    this.#at += 2
    return this
  }

  u32(value: number): this {
    this.#view.setUint32(this.#at, value)
    this.#at += 4
    return this
  }

  f32(value: number): this {
    this.#view.setFloat32(this.#at, value)
    this.#at += 4
    return this
  }

  raw(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.#at)
    this.#at += bytes.byteLength
    return this
  }

  /** 16 hexadecimal digits. */
  id(id: string): this {
    this.#view.setBigUint64(this.#at, BigInt(`0x${id}`))
    this.#at += 8
    return this
  }

  stance({ round, merit, id }: Stance): this {
    return this.u32(round).u32(merit).id(id)
  }

  entry({ origin, round, base }: Entry): this {
    const name = utf8ToBytes(origin)
    return this.u32(round).id(base).u8(name.byteLength).raw(name)
  }
}

/** Reads within the bytes; what lies beyond them is zero and `isWhole` is false. */
export class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0
  #short = false

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** All was there, and nothing is left. */
  get isWhole(): boolean {
    return !this.#short && this.#at === this.#bytes.byteLength
  }

  #take(length: number): number | null {
    const at = this.#at
    if (at + length > this.#bytes.byteLength) this.#short = true
    else this.#at += length
    return this.#short ? null : at
  }

  u8(): number {
    const at = this.#take(1)
    return at === null ? 0 : this.#view.getUint8(at)
  }

  u16(): number {
    const at = this.#take(2)
    return at === null ? 0 : this.#view.getUint16(at)
  }

  u32(): number {
    const at = this.#take(4)
    return at === null ? 0 : this.#view.getUint32(at)
  }

  f32(): number {
    const at = this.#take(4)
    return at === null ? 0 : this.#view.getFloat32(at)
  }

  id(): string {
    const at = this.#take(8)
    const id = at === null ? 0n : this.#view.getBigUint64(at)
    return id.toString(16).padStart(16, '0')
  }

  stance(): Stance {
    return { round: this.u32(), merit: this.u32(), id: this.id() }
  }

  /** A name behind its length; '' for none, null for what is no name. */
  name(): PeerName | null {
    const length = this.u8()
    if (length > MAX_NAME) return null
    const at = this.#take(length)
    if (at === null) return null
    const name = String.fromCharCode(...this.#bytes.subarray(at, this.#at))
    return name === '' || isName(name) ? name : null
  }

  /** A copy of what is left. */
  rest(): Uint8Array<ArrayBuffer> {
    const rest = new Uint8Array(this.#bytes.subarray(this.#at))
    this.#at = this.#bytes.byteLength
    return rest
  }
}

export const entryBytes = ({ origin }: Entry): number =>
  ENTRY_BYTES + utf8ToBytes(origin).byteLength
