import type { StreamMuxer, StreamMuxerFactory } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'
import { STRANGERS } from './limits.ts'
import { type Excess, MuxerMeter } from './muxer-meter.ts'

type Chunk = Uint8Array | Uint8ArrayList

/** The other end has asked for too much. */
class ExcessError extends Error {
  override readonly name = 'ExcessError'

  constructor(excess: Excess | 'unread') {
    super(`too many ${excess}`)
  }
}

/** Bytes that yamux has for a neighbour that does not read them; its queue says so itself. */
const unreadOf = (muxer: StreamMuxer): number =>
  (muxer.source as { readonly readableLength?: number }).readableLength ?? 0

async function* metered(source: AsyncIterable<Chunk> | Iterable<Chunk>, muxer: StreamMuxer) {
  const meter = new MuxerMeter(performance.now())
  for await (const chunk of source) {
    const parts = chunk instanceof Uint8Array ? [chunk] : chunk
    for (const part of parts) {
      const excess = meter.read(part, performance.now())
      if (excess !== null) throw new ExcessError(excess)
    }
    if (unreadOf(muxer) > STRANGERS.unread) throw new ExcessError('unread')
    yield chunk
  }
}

/** The same muxer, which ends a connection whose other end asks for too much. */
export const meteredMuxer =
  <C>(factory: (components: C) => StreamMuxerFactory) =>
  (components: C): StreamMuxerFactory => {
    const inner = factory(components)
    return {
      protocol: inner.protocol,
      createStreamMuxer: (init) => {
        const muxer = inner.createStreamMuxer(init)
        const sink = muxer.sink.bind(muxer)
        muxer.sink = (source) => sink(metered(source, muxer))
        return muxer
      }
    }
  }
