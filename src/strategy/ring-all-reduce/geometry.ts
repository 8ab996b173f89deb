/** Where the chunks of a vector lie, one for each member of a ring, and the buckets of a chunk. */
export interface Range {
  /** Elements. */
  readonly from: number
  readonly to: number
}

export class Geometry {
  readonly #length: number
  readonly #members: number
  /** Elements. */
  readonly #bucket: number

  constructor(length: number, members: number, bucket: number) {
    this.#length = length
    this.#members = members
    this.#bucket = bucket
  }

  chunk(chunk: number): Range {
    const edge = (index: number): number => Math.floor((index * this.#length) / this.#members)
    return { from: edge(chunk), to: edge(chunk + 1) }
  }

  /** At least one, which may be empty: every chunk is told of. */
  buckets(chunk: number): number {
    const { from, to } = this.chunk(chunk)
    return Math.max(1, Math.ceil((to - from) / this.#bucket))
  }

  range(chunk: number, bucket: number): Range {
    const { from, to } = this.chunk(chunk)
    const start = from + bucket * this.#bucket
    return { from: start, to: Math.min(to, start + this.#bucket) }
  }
}
