import type { Bytes, Vector } from '../../vector/vector.ts'
import type { Batch } from '../batch.ts'

/** Where a batch lies in the bytes that it crosses in: offsets in bytes, lengths in elements. */
export interface PackedBatch {
  readonly rows: 'float32' | 'uint8'
  readonly x: number
  readonly features: number
  readonly labels: number
  readonly places: number
  /** Of the step that is taken on it; 0 where none is. */
  readonly rate: number
}

const FIRST_BYTES = 65_536
const ALIGNMENT = Float32Array.BYTES_PER_ELEMENT

const bytesOf = (data: Vector | Bytes): Bytes =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

/** Batches copied behind each other, since a batch's memory is overwritten by the next draw. */
export class BatchPacker {
  #bytes: Bytes = new Uint8Array(0)
  #used = 0
  #batches: PackedBatch[] = []

  get count(): number {
    return this.#batches.length
  }

  /** Bytes in use. */
  get size(): number {
    return this.#used
  }

  clear(): void {
    this.#used = 0
    this.#batches = []
  }

  add({ x, labels }: Batch, rate = 0): void {
    this.#batches.push({
      rows: x instanceof Float32Array ? 'float32' : 'uint8',
      x: this.#append(x),
      features: x.length,
      labels: this.#append(labels),
      places: labels.length,
      rate
    })
  }

  /** Hands all of it over; `giveBack` returns the memory. */
  take(): { readonly bytes: Bytes; readonly batches: readonly PackedBatch[] } {
    const taken = { bytes: this.#bytes, batches: this.#batches }
    this.#bytes = new Uint8Array(0)
    this.clear()
    return taken
  }

  giveBack(bytes: Bytes): void {
    this.#bytes = bytes
  }

  #append(data: Vector | Bytes): number {
    const offset = this.#used
    const end = offset + data.byteLength
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.#bytes.length, FIRST_BYTES))
      grown.set(this.#bytes.subarray(0, offset))
      this.#bytes = grown
    }
    this.#bytes.set(bytesOf(data), offset)
    this.#used = Math.ceil(end / ALIGNMENT) * ALIGNMENT
    return offset
  }
}

/** The batch as views of the bytes. */
export const unpack = ({ buffer }: Bytes, packed: PackedBatch): Batch => ({
  x:
    packed.rows === 'float32'
      ? new Float32Array(buffer, packed.x, packed.features)
      : new Uint8Array(buffer, packed.x, packed.features),
  labels: new Uint8Array(buffer, packed.labels, packed.places)
})
