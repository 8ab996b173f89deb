import type { Connection, IncomingStreamData, Libp2p } from '@libp2p/interface'
import type { Milliseconds } from '../../strategy/strategy.ts'
import type { NodePart } from '../node-part.ts'
import { answerOn } from './exchange.ts'
import { askedIn, MANIFEST_PROTOCOL, MAX_ASKED_BYTES, toldBytes } from './manifest-messages.ts'

/** For one question and its answer, over a slow line. */
const PATIENCE = 60_000
const MINUTE = 60_000
/** Of envelopes, in a minute: to all, and how many to one connection. */
const MAX_BYTES = 64 << 20
const MAX_TO_ONE = 4

interface Served {
  readonly cid: string
  /** Envelope of the manifest, signed by its creator. */
  readonly envelope: Uint8Array
}

/** Tells whoever asks which manifest it is that a CID names. Anybody may know: who has the CID was told. */
export class ManifestServer {
  readonly #served: Served
  readonly #now: () => Milliseconds
  readonly #told = new WeakMap<Connection, number>()
  #toAll = 0
  #minute = -Infinity

  constructor(served: Served, now: () => Milliseconds = () => performance.now()) {
    this.#served = served
    this.#now = now
  }

  get part(): NodePart {
    return { attach: (node) => this.#attach(node) }
  }

  #attach(node: Libp2p): undefined {
    void node.handle(MANIFEST_PROTOCOL, (incoming) => void this.#answer(incoming), {
      maxInboundStreams: 1,
      runOnLimitedConnection: true
    })
  }

  async #answer({ stream, connection }: IncomingStreamData): Promise<void> {
    try {
      await answerOn(stream, MAX_ASKED_BYTES, AbortSignal.timeout(PATIENCE), async (bytes) => {
        const cid = askedIn(bytes)
        if (cid === null) return null
        if (cid !== this.#served.cid) return toldBytes({ none: 'unknown' })
        if (!this.#take(connection)) return toldBytes({ none: 'busy' })
        return toldBytes({ envelope: this.#served.envelope })
      })
    } catch {
      // It is gone, or did not keep to the protocol: its own loss.
    }
  }

  #take(connection: Connection): boolean {
    const now = this.#now()
    if (now - this.#minute >= MINUTE) {
      this.#minute = now
      this.#toAll = 0
    }
    // One telling is enough for anybody: the others are for those that were cut off.
    const toOne = this.#told.get(connection) ?? 0
    const bytes = this.#served.envelope.byteLength
    if (toOne >= MAX_TO_ONE || this.#toAll + bytes > MAX_BYTES) return false
    this.#told.set(connection, toOne + 1)
    this.#toAll += bytes
    return true
  }
}
