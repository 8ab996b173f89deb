import { Uint8ArrayList } from 'uint8arraylist'

type Chunk = Uint8Array | Uint8ArrayList

/** Asked about every chunk's bytes before it goes on; null: at once. */
export type Pass = (bytes: number) => Promise<void> | null

/** The same chunks, each when it may pass. */
export async function* passed<T extends Chunk>(
  source: AsyncIterable<T> | Iterable<T>,
  pass: Pass
): AsyncGenerator<T> {
  for await (const chunk of source) {
    const held = pass(chunk.byteLength)
    if (held !== null) await held
    yield chunk
  }
}

const part = (chunk: Chunk, from: number, to: number): Chunk => {
  if (from === 0 && to === chunk.byteLength) return chunk
  return chunk instanceof Uint8ArrayList ? chunk.sublist(from, to) : chunk.subarray(from, to)
}

/** The same bytes, in pieces of at most `size()`, which may change; nothing is copied. */
export async function* inPieces(
  source: AsyncIterable<Chunk> | Iterable<Chunk>,
  size: () => number
): AsyncGenerator<Chunk> {
  for await (const chunk of source) {
    const { byteLength } = chunk
    for (let from = 0; from < byteLength; ) {
      const to = Math.min(byteLength, from + size())
      yield part(chunk, from, to)
      from = to
    }
  }
}
