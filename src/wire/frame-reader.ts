import type { Bytes } from '../vector/vector.ts'
import { decodeFrame, FRAME_OVERHEAD, type Frame, LENGTH_BYTES, type SwarmTag } from './frame.ts'
import { type Rejected, rejected } from './reject.ts'

/**
 * Cuts a byte stream into frames. A length outside [overhead, maxFrame] is rejected before anything
 * is allocated for it, and ends the stream: where the next frame begins is then unknown.
 */
export class FrameReader {
  readonly #tag: SwarmTag
  readonly #maxFrame: number
  readonly #length = new Uint8Array(LENGTH_BYTES)
  #lengthRead = 0
  #frame: Bytes | null = null
  #frameRead = 0
  #broken = false

  constructor(tag: SwarmTag, maxFrame: number) {
    this.#tag = tag
    this.#maxFrame = maxFrame
  }

  /** True once the stream cannot be read any further. */
  get broken(): boolean {
    return this.#broken
  }

  /** The frames that `chunk` completes, in order; a rejected one stands in its place. */
  push(chunk: Uint8Array): ReadonlyArray<Frame | Rejected> {
    const out: Array<Frame | Rejected> = []
    let at = 0
    while (at < chunk.byteLength && !this.#broken) {
      at +=
        this.#frame === null ? this.#readLength(chunk, at, out) : this.#readFrame(chunk, at, out)
    }
    return out
  }

  #readLength(chunk: Uint8Array, at: number, out: Array<Frame | Rejected>): number {
    const taken = Math.min(LENGTH_BYTES - this.#lengthRead, chunk.byteLength - at)
    this.#length.set(chunk.subarray(at, at + taken), this.#lengthRead)
    this.#lengthRead += taken
    if (this.#lengthRead < LENGTH_BYTES) return taken
    const size = LENGTH_BYTES + new DataView(this.#length.buffer).getUint32(0)
    if (size < FRAME_OVERHEAD || size > this.#maxFrame) {
      this.#broken = true
      out.push(rejected('length'))
      return taken
    }
    this.#frame = new Uint8Array(size)
    this.#frame.set(this.#length)
    this.#frameRead = LENGTH_BYTES
    this.#lengthRead = 0
    return taken
  }

  #readFrame(chunk: Uint8Array, at: number, out: Array<Frame | Rejected>): number {
    const frame = this.#frame!
    const taken = Math.min(frame.byteLength - this.#frameRead, chunk.byteLength - at)
    frame.set(chunk.subarray(at, at + taken), this.#frameRead)
    this.#frameRead += taken
    if (this.#frameRead === frame.byteLength) {
      this.#frame = null
      out.push(decodeFrame(this.#tag, frame))
    }
    return taken
  }
}
