import type { IncomingStreamData, Stream, StreamHandler } from '@libp2p/interface'
import type { Milliseconds } from '../../strategy/strategy.ts'
import { rangeOf } from '../address-range.ts'
import { type KadComponents, MAX_MESSAGE_BYTES } from './kad.ts'
import { MessageCount } from './message-count.ts'
import { RequestRates } from './request-rates.ts'
import { atMost, watchedStream } from './watched-stream.ts'

/** Streams that are open at a time, of everybody. kad-dht ends one that is silent for 10 s. */
const MAX_OPEN = 128

/** Lets through to kad-dht what one range of addresses, and all together, may ask of it. */
export class Answering {
  readonly #rates = new RequestRates()
  readonly #now: () => Milliseconds
  readonly #open = new Set<Stream>()

  constructor(now: () => Milliseconds) {
    this.#now = now
  }

  /** kad-dht handles its protocol through this. */
  registrar(registrar: KadComponents['registrar']): KadComponents['registrar'] {
    const guarded: Partial<KadComponents['registrar']> = {
      handle: (protocol, handler, options) =>
        registrar.handle(protocol, this.#guarded(handler), options),
      unhandle: (protocol, options) => registrar.unhandle(protocol, options),
      register: (protocol, topology, options) => registrar.register(protocol, topology, options),
      unregister: (id) => registrar.unregister(id)
    }
    return guarded as KadComponents['registrar']
  }

  #guarded(handler: StreamHandler): StreamHandler {
    return ({ stream, connection }: IncomingStreamData) => {
      const range = rangeOf(connection.remoteAddr.toString()) ?? ''
      // A stream costs as much as a request, whether or not one comes on it.
      if (!this.#hasRoom() || !this.#rates.admits(range, this.#now())) {
        stream.abort(new Error('too many requests'))
        return
      }
      this.#open.add(stream)
      handler({ stream: watchedStream(stream, this.#admits(range)), connection })
    }
  }

  /** Whether the messages that come on one stream are in order: one is paid for. */
  #admits(range: string): (chunk: Uint8Array) => boolean {
    const count = new MessageCount()
    const fits = atMost(MAX_MESSAGE_BYTES)
    let paid = 1
    return (chunk) => {
      if (!fits(chunk)) return false
      for (paid -= count.begunIn(chunk); paid < 0; paid++) {
        if (!this.#rates.admits(range, this.#now())) return false
      }
      return true
    }
  }

  #hasRoom(): boolean {
    if (this.#open.size < MAX_OPEN) return true
    for (const stream of this.#open) {
      if (stream.status !== 'open' && stream.status !== 'closing') this.#open.delete(stream)
    }
    return this.#open.size < MAX_OPEN
  }
}
