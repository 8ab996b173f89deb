import type { Stream } from '@libp2p/interface'
import { Uint8ArrayList } from 'uint8arraylist'
import type { Bytes } from '../../vector/vector.ts'
import { ByteReader } from '../../wire/byte-reader.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'
import { Wake } from '../wake.ts'

type Chunk = Uint8Array | Uint8ArrayList

/** Of a message of these protocols; their longest are a few addresses. */
const MAX_MESSAGE = 8192
/** Of its length as a varint. */
const MAX_PREFIX = 2

/**
 * Messages behind their lengths as varints, on a stream that may be used for anything after them. Whoever
 * makes one must see to its end: `close`, `abort`, or what `rest` and `goOnWith` are given to.
 */
export class MessageStream {
  readonly #stream: Stream
  readonly #source: AsyncIterator<Uint8ArrayList>
  readonly #held = new Uint8ArrayList()
  readonly #queue: Chunk[] = []
  readonly #wake = new Wake()
  readonly #written: Promise<void>
  #last: AsyncIterable<Chunk> | null = null

  constructor(stream: Stream) {
    this.#stream = stream
    this.#source = stream.source[Symbol.asyncIterator]()
    this.#written = stream.sink(this.#outgoing())
    this.#written.catch(() => {})
  }

  async *#outgoing(): AsyncGenerator<Chunk> {
    for (;;) {
      yield* this.#queue.splice(0)
      if (this.#last !== null) {
        yield* this.#last
        return
      }
      await this.#wake.wait()
    }
  }

  /** @throws for a stream that ends or is reset, a message that is too long, and when `signal` aborts */
  async read(signal: AbortSignal): Promise<Bytes> {
    const abort = (): void => this.abort(new Error('took too long'))
    signal.throwIfAborted()
    signal.addEventListener('abort', abort, { once: true })
    try {
      for (;;) {
        const message = this.#taken()
        if (message !== null) return message
        const next = await this.#source.next()
        if (next.done === true) throw new Error('the stream has ended')
        this.#held.append(next.value)
      }
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  #taken(): Bytes | null {
    const { byteLength } = this.#held
    const reader = new ByteReader(this.#held.subarray(0, Math.min(byteLength, MAX_PREFIX)))
    const length = reader.varint()
    if (reader.failed && byteLength < MAX_PREFIX) return null
    if (reader.failed || length > MAX_MESSAGE) throw new Error('not a message')
    const begin = Math.min(byteLength, MAX_PREFIX) - reader.left
    if (byteLength < begin + length) return null
    const message = this.#held.slice(begin, begin + length)
    this.#held.consume(begin + length)
    return new Uint8Array(message)
  }

  write(message: Uint8Array): void {
    this.#queue.push(new ByteWriter().varint(message.byteLength).bytes(message).done())
    this.#wake.wake()
  }

  /** What has come behind the messages, and all that comes after it. */
  async *rest(): AsyncGenerator<Uint8ArrayList> {
    if (this.#held.byteLength > 0) yield this.#held.sublist()
    for (;;) {
      const next = await this.#source.next()
      if (next.done === true) return
      yield next.value
    }
  }

  /** Writes this behind the messages, then ends. Resolves once it has been written. */
  goOnWith(last: AsyncIterable<Chunk>): Promise<void> {
    this.#last = last
    this.#wake.wake()
    return this.#written
  }

  /** Ends behind the last message. */
  async close(): Promise<void> {
    const nothing = async function* (): AsyncGenerator<Chunk> {}
    await this.goOnWith(nothing()).catch(() => {})
    await this.#stream.close().catch(() => {})
  }

  abort(error: Error): void {
    this.#stream.abort(error)
  }
}
