import type { Milliseconds } from '../../strategy/strategy.ts'
import { Allowance } from './allowance.ts'
import { STRANGERS } from './limits.ts'

/** yamux (github.com/hashicorp/yamux/blob/master/spec.md): version, type, flags, stream, length. */
const HEADER = 12
const DATA = 0
const PING = 2
const SYN = 1

/** What the other end of a muxed connection has gone beyond. */
export type Excess = 'streams' | 'pings' | 'frames'

/**
 * Reads the headers of what comes in on one yamux connection, before yamux does: a stream or an answer
 * costs a hundred times the 12 bytes that ask for it. What is no yamux is yamux's to find out.
 */
export class MuxerMeter {
  readonly #streams: Allowance
  readonly #pings: Allowance
  readonly #frames: Allowance
  readonly #header = new Uint8Array(HEADER)
  /** Bytes of the header that have come. */
  #filled = 0
  /** Bytes of data until the next header. */
  #data = 0

  constructor(now: Milliseconds) {
    this.#streams = new Allowance(STRANGERS.streams, now)
    this.#pings = new Allowance(STRANGERS.pings, now)
    this.#frames = new Allowance(STRANGERS.emptyFrames, now)
  }

  /** Null: all is well. */
  read(chunk: Uint8Array, now: Milliseconds): Excess | null {
    for (let at = 0; at < chunk.byteLength; ) {
      if (this.#data > 0) {
        const skipped = Math.min(this.#data, chunk.byteLength - at)
        this.#data -= skipped
        at += skipped
        continue
      }
      this.#header[this.#filled++] = chunk[at++]!
      if (this.#filled < HEADER) continue
      this.#filled = 0
      const excess = this.#frame(now)
      if (excess !== null) return excess
    }
    return null
  }

  #frame(now: Milliseconds): Excess | null {
    const view = new DataView(this.#header.buffer)
    const type = view.getUint8(1)
    const length = view.getUint32(8)
    if (type === DATA) this.#data = length
    if ((view.getUint16(2) & SYN) !== 0) {
      if (type === PING) return this.#pings.take(1, now) ? null : 'pings'
      return this.#streams.take(1, now) ? null : 'streams'
    }
    if (type === DATA && length > 0) return null
    return this.#frames.take(1, now) ? null : 'frames'
  }
}
