/** One peer that may have the model, as whoever fetches it sees it. */
import type { Connection, Libp2p } from '@libp2p/interface'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'
import { askOn } from '../door/exchange.ts'
import {
  bytesOf,
  type Head,
  headIn,
  MAX_HEAD_BYTES,
  MAX_PART_BYTES,
  partIn,
  type Reason,
  type Request,
  replicaProtocol
} from './messages.ts'

export interface ReplicaAddress {
  readonly peer: PeerName
  /** Multiaddrs, with or without /p2p/ at the end. */
  readonly addresses: readonly string[]
}

export interface FetchTimings {
  /** For a connection. */
  readonly dial: Milliseconds
  /** For the question what it has: it may have to end a local step first. */
  readonly head: Milliseconds
  /** For a part of 256 KiB. */
  readonly part: Milliseconds
}

/** The source cannot be used, or not any more; the message says why. */
export class SourceError extends Error {
  override readonly name = 'SourceError' as const
  /** It has something else by now, which may be as good. */
  readonly isGone: boolean

  constructor(why: string, isGone = false) {
    super(why)
    this.isGone = isGone
  }
}

const RELAY = '/p2p-circuit'

const WORDS: Readonly<Record<Reason, string>> = {
  none: 'has no replica yet',
  busy: 'serves as many others as it can',
  gone: 'has another replica by now'
}

const fail = (why: string): never => {
  throw new SourceError(why)
}

const refuse = (why: Reason): never => {
  throw new SourceError(WORDS[why], why === 'gone')
}

const targetsOf = ({ peer, addresses }: ReplicaAddress): Multiaddr[] =>
  addresses.flatMap((text) => {
    try {
      const address = multiaddr(text.includes(`/p2p/${peer}`) ? text : `${text}/p2p/${peer}`)
      return address.getPeerId() === peer ? [address] : []
    } catch {
      // No multiaddr: the others may be some.
      return []
    }
  })

export class Source {
  readonly peer: PeerName
  readonly #node: Libp2p
  readonly #targets: readonly Multiaddr[]
  readonly #protocol: string
  readonly #timings: FetchTimings
  readonly #signal: AbortSignal | undefined
  #connection: Connection | null = null

  constructor(
    node: Libp2p,
    address: ReplicaAddress,
    manifestHash: string,
    timings: FetchTimings,
    signal: AbortSignal | undefined
  ) {
    this.peer = address.peer
    this.#node = node
    this.#targets = targetsOf(address)
    this.#protocol = replicaProtocol(manifestHash)
    this.#timings = timings
    this.#signal = signal
  }

  /** It has an address that needs no third peer. */
  get isDirect(): boolean {
    return this.#targets.some((target) => !target.toString().includes(RELAY))
  }

  /** Whether the connection passes through a third peer, which carries so many bytes and no more. */
  get isLimited(): boolean {
    return this.#connection?.limits !== undefined
  }

  /** @throws SourceError; the signal's reason */
  async head(): Promise<Head> {
    const { head } = this.#timings
    const answer = headIn(await this.#ask({ type: 'head' }, MAX_HEAD_BYTES, head))
    if (answer === null) return fail('answered what is no description of a replica')
    return answer.type === 'head' ? answer : refuse(answer.why)
  }

  /** @throws SourceError; the signal's reason */
  async part(hash: Uint8Array<ArrayBuffer>, from: number): Promise<Uint8Array> {
    const { part } = this.#timings
    const answer = partIn(await this.#ask({ type: 'part', hash, from }, MAX_PART_BYTES, part))
    if (answer === null) return fail('answered what is no part of a replica')
    return answer.type === 'part' ? answer.bytes : refuse(answer.why)
  }

  /** The next question begins with a new connection, where this one is used up. */
  async hangUp(): Promise<void> {
    const connection = this.#connection
    this.#connection = null
    await connection?.close().catch(() => connection.abort(new Error('was not closed')))
  }

  async #ask(request: Request, most: number, patience: Milliseconds): Promise<Uint8Array> {
    const connection = await this.#connect()
    const late = AbortSignal.timeout(patience)
    const signal = this.#signal === undefined ? late : AbortSignal.any([this.#signal, late])
    try {
      const stream = await connection.newStream(this.#protocol, {
        signal,
        runOnLimitedConnection: true
      })
      return await askOn(stream, bytesOf(request), most, signal)
    } catch (error) {
      this.#signal?.throwIfAborted()
      if (late.aborted) return fail(`did not answer within ${patience / 1000} s`)
      return fail(reasonOf(error as Error))
    }
  }

  async #connect(): Promise<Connection> {
    if (this.#connection?.status === 'open') return this.#connection
    if (this.#targets.length === 0) return fail('has no address that can be dialled')
    const late = AbortSignal.timeout(this.#timings.dial)
    const signal = this.#signal === undefined ? late : AbortSignal.any([this.#signal, late])
    const connection = await this.#node
      .dial([...this.#targets], { signal })
      .catch((error: unknown) => {
        this.#signal?.throwIfAborted()
        return fail(`cannot be reached: ${reasonOf(error as Error)}`)
      })
    if (connection.remotePeer.toString() !== this.peer) return fail('is another peer')
    this.#connection = connection
    return connection
  }
}

/** One line, without what a terminal would obey: the other end may have chosen the words. */
const reasonOf = ({ name, message }: Error): string => {
  const plain = message.replaceAll(/\p{C}+/gu, ' ').slice(0, 200)
  return name === 'UnsupportedProtocolError' ? 'does not serve this model' : plain
}
