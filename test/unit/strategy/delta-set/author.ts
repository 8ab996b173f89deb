/** An origin that signs whatever a test wants it to: bodies and digests are put together here, from docs/protocol.md. */
import { createHash } from 'node:crypto'
import { virtualSignature } from '../../../../src/simulation/virtual-signature.ts'
import type { Delta, Statement } from '../../../../src/strategy/delta-set/kinds.ts'
import type { PeerName } from '../../../../src/strategy/strategy.ts'
import type { Bytes } from '../../../../src/vector/vector.ts'
import { MANIFEST } from './tiny.ts'

const sha256 = (bytes: Uint8Array): Bytes =>
  Uint8Array.from(createHash('sha256').update(bytes).digest())

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]

const text = (value: string): number[] => {
  const bytes = Buffer.from(value)
  return [...varint(bytes.length), ...bytes]
}

export interface BodyFields {
  readonly flags?: number
  readonly samples?: number
  readonly steps?: number
  /** Units of 2^-24. */
  readonly weight?: number
  readonly payload?: readonly number[]
}

/**
 * By default one value of the tiny model (tiny.ts): tensor `a` holds it, index 0, plus, times 7; tensor
 * `b` holds none. Bits: a one that ends the gap 0, and a sign 0.
 */
export const SMALL = [1, 1, 7, 0, 1, 0]

export const bodyOf = (fields: BodyFields = {}): Bytes => {
  const { flags = 0, samples = 1, steps = 1, weight = 2 ** 24, payload = SMALL } = fields
  const head = Buffer.alloc(15)
  head.writeUInt8(flags, 0)
  head.writeUInt32BE(samples, 1)
  head.writeUInt16BE(steps, 5)
  head.writeUInt32BE(weight, 11)
  return Uint8Array.from([...head, ...payload])
}

export class Author {
  readonly name: PeerName
  readonly #manifest: string
  readonly #digests: Bytes[] = [new Uint8Array(32)]
  readonly deltas: Delta[] = []
  readonly statements: Statement[] = []

  constructor(name: PeerName, manifest = MANIFEST) {
    this.name = name
    this.#manifest = manifest
  }

  /** A second self that has signed the same so far. */
  twin(): Author {
    const twin = new Author(this.name, this.#manifest)
    twin.#digests.push(...this.#digests.slice(1))
    twin.deltas.push(...this.deltas)
    twin.statements.push(...this.statements)
    return twin
  }

  digest(seq: number): Bytes {
    return this.#digests[seq]!
  }

  tag(seq: number): number {
    return Buffer.from(this.digest(seq)).readUInt32BE()
  }

  /** Its next delta. */
  sign(body: Bytes = bodyOf()): Delta {
    const seq = this.#digests.length
    const previous = this.digest(seq - 1)
    const bodyHash = sha256(body)
    const digest = sha256(
      Buffer.from([
        ...text('swarmgrad/delta/1'),
        ...Buffer.from(this.#manifest, 'hex'),
        ...text(this.name),
        ...varint(seq),
        ...previous,
        ...bodyHash
      ])
    )
    const signature = virtualSignature(this.name, digest)
    const delta = { origin: this.name, seq, signature, body }
    this.#digests.push(digest)
    this.deltas.push(delta)
    this.statements.push({ seq, previous, bodyHash, signature })
    return delta
  }

  signMany(count: number): this {
    for (let i = 0; i < count; i++) this.sign()
    return this
  }
}
