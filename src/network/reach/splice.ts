import type { Uint8ArrayList } from 'uint8arraylist'
import type { MessageStream } from './message-stream.ts'
import type { RelayBounds } from './relay-limits.ts'

/** Bytes are counted as they are passed on. */
export type Passed = (bytes: number) => void

/**
 * Passes what comes on either stream to the other one, until both have ended, one is reset, or the
 * bounds are reached. Back-pressure is that of the streams' own windows.
 */
export const splice = async (
  one: MessageStream,
  other: MessageStream,
  bounds: RelayBounds,
  passed: Passed
): Promise<void> => {
  const cut = (error: Error): void => {
    one.abort(error)
    other.abort(error)
  }
  let left = bounds.bytes
  let moved = false
  const watch = setInterval(() => {
    if (!moved) cut(new Error('nothing has moved for too long'))
    moved = false
  }, bounds.idle).unref()
  const life = setTimeout(() => cut(new Error('its time is over')), bounds.lasts).unref()
  async function* counted(source: AsyncIterable<Uint8ArrayList>): AsyncGenerator<Uint8ArrayList> {
    for await (const chunk of source) {
      left -= chunk.byteLength
      if (left < 0) throw new Error('its bytes are used up')
      moved = true
      passed(chunk.byteLength)
      yield chunk
    }
  }
  try {
    await Promise.all([other.goOnWith(counted(one.rest())), one.goOnWith(counted(other.rest()))])
  } catch (error) {
    cut(error instanceof Error ? error : new Error('cut'))
  } finally {
    clearInterval(watch)
    clearTimeout(life)
  }
}
