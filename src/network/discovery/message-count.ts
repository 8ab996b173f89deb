/** Bits of a length that are looked at: longer ones are nobody's. */
const MAX_SHIFT = 28

/** How many messages begin in a stream of messages that have their length, a varint, before them. */
export class MessageCount {
  /** Bytes of the message that has begun and that have not come yet. */
  #missing = 0
  #length = 0
  #shift = 0

  /** Of those whose length ends in this chunk. */
  begunIn(chunk: Uint8Array): number {
    let begun = 0
    for (let i = 0; i < chunk.length; ) {
      if (this.#missing > 0) {
        const step = Math.min(this.#missing, chunk.length - i)
        this.#missing -= step
        i += step
        continue
      }
      const byte = chunk[i++]!
      if (this.#shift <= MAX_SHIFT) this.#length += (byte & 127) * 2 ** this.#shift
      this.#shift += 7
      if (byte >= 128) continue
      begun++
      this.#missing = this.#length
      this.#length = 0
      this.#shift = 0
    }
    return begun
  }
}
