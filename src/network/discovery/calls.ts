import type { Connection, PeerId, PeerStore } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'
import type { ContactAddresses } from './contact-addresses.ts'
import { type KadComponents, MAX_MESSAGE_BYTES } from './kad.ts'
import { atMost, watchedStream } from './watched-stream.ts'

/** A connection that was made for the DHT only is closed after so long without a request. */
const IDLE_MS = 60_000
/** And those that are idle for longest, when there are more. */
const MAX_HELD = 32
/** An attempt that its caller gives up earlier says nothing of the other end. */
const PATIENCE_MS = 4_000
/** Attempts in a row without an answer after which a contact is none any more. */
const MAX_FAILURES = 2
/** Streams that every connection carries, whoever made it and for what. */
const EVERYBODYS = /^\/(?:meshsub|floodsub|ipfs\/id|ipfs\/ping)\//

type ConnectionManager = KadComponents['connectionManager']
type OpenOptions = Parameters<ConnectionManager['openConnection']>[1]

export interface CallsParts {
  readonly connectionManager: ConnectionManager
  readonly peerStore: PeerStore
  readonly addresses: ContactAddresses
  readonly protocol: string
  readonly now: () => Milliseconds
  /** It does not answer any more. */
  readonly lost: (peer: PeerId) => void
}

/** Whatever the DHT asks others goes through here: it dials, counts failures, and tidies up. */
export class Calls {
  readonly #parts: CallsParts
  /** Connections that were made for the DHT, by id, and when each was used last; by use. */
  readonly #held = new Map<string, { readonly connection: Connection; used: Milliseconds }>()
  readonly #failures = new Map<PeerName, number>()

  constructor(parts: CallsParts) {
    this.#parts = parts
  }

  /** What kad-dht takes for the connection manager. */
  get connectionManager(): ConnectionManager {
    const calls: Pick<ConnectionManager, 'isDialable'> & {
      openConnection(peer: PeerId, options?: OpenOptions): Promise<Pick<Connection, 'newStream'>>
    } = {
      isDialable: (addresses, options) =>
        this.#parts.connectionManager.isDialable(addresses, options),
      openConnection: async (peer, options) => ({
        newStream: (_protocol, streamOptions) => this.#stream(peer, options, streamOptions)
      })
    }
    return calls as unknown as ConnectionManager
  }

  /** Whether it answers requests: it must be there, and take a stream of this protocol. */
  async check(peer: PeerId, signal: AbortSignal): Promise<void> {
    const stream = await this.#stream(peer, { signal }, { signal, negotiateFully: true })
    await stream.close({ signal })
  }

  async #stream(
    peer: PeerId,
    options: OpenOptions,
    streamOptions: Parameters<Connection['newStream']>[1]
  ) {
    const { now, protocol, lost } = this.#parts
    const name = peer.toString()
    const began = now()
    try {
      const connection = await this.#connect(peer, options)
      const stream = await connection.newStream(protocol, streamOptions)
      this.#failures.delete(name)
      return watchedStream(stream, atMost(MAX_MESSAGE_BYTES))
    } catch (error) {
      if (!options?.signal?.aborted || now() - began >= PATIENCE_MS) {
        const failures = (this.#failures.get(name) ?? 0) + 1
        this.#failures.delete(name)
        if (failures >= MAX_FAILURES) lost(peer)
        else this.#failures.set(name, failures)
        if (this.#failures.size > 1000) this.#failures.delete(this.#failures.keys().next().value!)
      }
      throw error
    }
  }

  async #connect(peer: PeerId, options: OpenOptions): Promise<Connection> {
    const { connectionManager, addresses, now } = this.#parts
    const name = peer.toString()
    const had = connectionManager.getConnections(peer).length > 0
    const known = addresses.of(name).map((address) => multiaddr(`${address}/p2p/${name}`))
    // A peer that has called is known to libp2p.
    const targets = known.length > 0 ? known : peer
    const connection = await connectionManager.openConnection(targets, options)
    const held = this.#held.get(connection.id)
    if (held === undefined && had) return connection
    this.#held.delete(connection.id)
    this.#held.set(connection.id, { connection, used: now() })
    return connection
  }

  /** `kept`: peers that somebody else needs a connection with. */
  async tidy(kept: (peer: PeerName) => boolean): Promise<void> {
    const before = this.#parts.now() - IDLE_MS
    let surplus = this.#held.size - MAX_HELD
    for (const [id, { connection, used }] of this.#held) {
      if (used > before && surplus <= 0) continue
      surplus--
      this.#held.delete(id)
      if (connection.status !== 'open') continue
      if (!(await this.#isNeeded(connection, kept))) await connection.close().catch(() => {})
    }
  }

  async #isNeeded(connection: Connection, kept: (peer: PeerName) => boolean): Promise<boolean> {
    const { remotePeer, streams } = connection
    if (kept(remotePeer.toString())) return true
    if (streams.some(({ protocol }) => !EVERYBODYS.test(protocol ?? ''))) return true
    try {
      // A relay's reservation, for one, lives with its connection, and has a tag.
      return (await this.#parts.peerStore.get(remotePeer)).tags.size > 0
    } catch {
      return false
    }
  }
}
