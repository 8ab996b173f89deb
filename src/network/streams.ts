import type { Stream } from '@libp2p/interface'
import { pipe } from 'it-pipe'
import { Uint8ArrayList } from 'uint8arraylist'
import type { Bytes } from '../vector/vector.ts'
import type { Frame } from '../wire/frame.ts'
import type { FrameReader } from '../wire/frame-reader.ts'
import type { Rejected } from '../wire/reject.ts'
import type { Wake } from './wake.ts'

/**
 * 64 to 256 KB a write is the fast range; 16 KB halves the speed. And some more: a frame of 256 KB and its
 * head are one write, not one and another of 50 bytes.
 */
const MAX_WRITE = (256 << 10) + 1024

/** Where the frames of one outgoing stream come from. */
export interface FrameSource {
  readonly wake: Wake
  /** The next frame that may be written now, or null. */
  next(): Bytes | null
  /** Finishing: end the stream behind the last frame. */
  state(): 'open' | 'finishing' | 'over'
}

const nextBatch = (source: FrameSource): Uint8ArrayList => {
  const batch = new Uint8ArrayList()
  while (batch.byteLength < MAX_WRITE) {
    const frame = source.next()
    if (frame === null) break
    batch.append(frame)
  }
  return batch
}

async function* writes(source: FrameSource): AsyncGenerator<Uint8ArrayList> {
  while (source.state() !== 'over') {
    const batch = nextBatch(source)
    for (let at = 0; at < batch.byteLength; at += MAX_WRITE) {
      yield batch.sublist(at, Math.min(at + MAX_WRITE, batch.byteLength))
    }
    if (batch.byteLength > 0) continue
    if (source.state() === 'finishing') return
    await source.wake.wait()
  }
}

/** Writes all that may be written now, then whatever a wake brings. Small frames share a write. */
export const writeFrames = async (stream: Stream, source: FrameSource): Promise<void> => {
  await pipe(writes(source), stream)
}

/** Hands on whole frames in order, until the stream ends or `handle` says false. */
export const readFrames = async (
  stream: Stream,
  reader: FrameReader,
  handle: (item: Frame | Rejected) => boolean
): Promise<void> => {
  await pipe(
    stream,
    async function* (source) {
      for await (const chunks of source) for (const chunk of chunks) yield* reader.push(chunk)
    },
    async (items) => {
      for await (const item of items) if (!handle(item)) return
    }
  )
}

/**
 * Ends when the other end answers on a stream that is this end's to write, or resets it: reading is
 * how a reset is noticed while nothing is being written.
 */
export const untilAnswered = async (stream: Stream): Promise<void> => {
  await pipe(stream, async (source) => {
    for await (const _ of source) return
  })
}
