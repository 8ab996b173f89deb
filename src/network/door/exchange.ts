/**
 * One question and one answer on a stream of their own, each with its length in front (4 bytes, big-endian).
 * Nothing is allocated for more than was allowed, and nothing waits for longer than the signal says.
 */
import type { Stream } from '@libp2p/interface'
import { Uint8ArrayList } from 'uint8arraylist'

const HEADER = 4

/** The other end did not keep to the protocol; the message says how, after "it". */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError' as const
}

const framed = (bytes: Uint8Array): Uint8Array => {
  const frame = new Uint8Array(HEADER + bytes.byteLength)
  new DataView(frame.buffer).setUint32(0, bytes.byteLength)
  frame.set(bytes, HEADER)
  return frame
}

/** @throws ExchangeError for more than `most` bytes, or for an end before them */
const readFrame = async (stream: Stream, most: number): Promise<Uint8Array> => {
  const received = new Uint8ArrayList()
  for await (const chunk of stream.source) {
    received.append(chunk)
    if (received.byteLength < HEADER) continue
    const length = received.getUint32(0)
    if (length > most) throw new ExchangeError(`sent ${length} bytes where ${most} are allowed`)
    if (received.byteLength >= HEADER + length) return received.slice(HEADER, HEADER + length)
  }
  throw new ExchangeError('hung up in the middle of its words')
}

/** Whatever fails, or lasts too long, resets the stream. */
const within = async <T>(
  stream: Stream,
  signal: AbortSignal,
  talk: () => Promise<T>
): Promise<T> => {
  const abort = (): void => stream.abort(new Error('took too long'))
  signal.addEventListener('abort', abort)
  try {
    signal.throwIfAborted()
    const result = await talk()
    // What the other end does with its half is its own affair.
    void stream.close({ signal }).catch(() => stream.abort(new Error('was not closed')))
    return result
  } catch (error) {
    stream.abort(new Error('failed'))
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** The answer, of at most `most` bytes. @throws ExchangeError; the signal's reason; what the stream says */
export const askOn = (
  stream: Stream,
  question: Uint8Array,
  most: number,
  signal: AbortSignal
): Promise<Uint8Array> =>
  within(stream, signal, async () => {
    const [answer] = await Promise.all([readFrame(stream, most), stream.sink([framed(question)])])
    return answer
  })

/** Answers the one question, of at most `most` bytes; null: it deserves no answer. */
export const answerOn = (
  stream: Stream,
  most: number,
  signal: AbortSignal,
  answer: (question: Uint8Array) => Promise<Uint8Array | null>
): Promise<void> =>
  within(stream, signal, async () => {
    const said = await answer(await readFrame(stream, most))
    if (said === null) throw new ExchangeError('asked something else')
    await stream.sink([framed(said)])
  })
