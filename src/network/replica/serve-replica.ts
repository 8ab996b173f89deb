/**
 * Gives the model to whoever asks for it. One copy of the replica is kept for all who ask at the time; a
 * new one is taken at most every minute, since taking it costs the training a moment.
 */
import type { IncomingStreamData, Libp2p } from '@libp2p/interface'
import { hexToBytes } from '@noble/hashes/utils.js'
import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'
import type { Layout } from '../../vector/layout.ts'
import type { Vector } from '../../vector/vector.ts'
import { answerOn } from '../door/exchange.ts'
import type { NodePart } from '../node-part.ts'
import { TokenBucket } from '../token-bucket.ts'
import { memoryOf, swapped } from './float-bytes.ts'
import {
  bytesOf,
  type HeadAnswer,
  MAX_REQUEST_BYTES,
  MAX_TOLD,
  PART_BYTES,
  type PartAnswer,
  type Reason,
  type Request,
  replicaProtocol,
  requestIn
} from './messages.ts'

/** A copy of a replica, which nobody else changes. */
export interface Portrait {
  readonly replica: Vector
  /** SHA-256 of its float32 values in layout order, little-endian; hexadecimal. */
  readonly hash: string
  /** The number of the next round. */
  readonly round: number
}

/** What can be said for it. */
export interface Vouched {
  readonly final: boolean
  readonly samples: number
  /** Of swarm/final.ts's digest; the server's own first. */
  readonly signatures: ReadonlyMap<PeerName, Uint8Array<ArrayBuffer>>
}

export interface ReplicaPartOptions {
  /** Hexadecimal. */
  readonly manifestHash: string
  readonly layout: Pick<Layout, 'tensors'>
  /** The replica now; null: there is none yet. */
  readonly take: () => Promise<Portrait | null>
  readonly vouch: (portrait: Portrait) => Promise<Vouched>
  /** Bytes a second to all together. @default 8 MiB */
  readonly bytesPerSecond?: number
  readonly timings?: Partial<ReplicaTimings>
}

export interface ReplicaTimings {
  /** Between two copies. */
  readonly every: Milliseconds
  /** The most that a copy is kept for those who are in the middle of it. */
  readonly longest: Milliseconds
  /** Without a question for so long, the copy goes. */
  readonly idle: Milliseconds
  /** For a question and its answer. */
  readonly patience: Milliseconds
}

const TIMINGS: ReplicaTimings = {
  every: 60_000,
  longest: 600_000,
  idle: 60_000,
  patience: 60_000
}
const BYTES_PER_SECOND = 8 << 20
/** Questions that are being answered at a time; each holds a part in memory. */
const MAX_OPEN = 32
/** Of one connection. */
const MAX_STREAMS = 4

interface Held {
  readonly portrait: Portrait
  readonly bytes: Uint8Array
  readonly at: Milliseconds
}

export class ReplicaServer {
  readonly #options: ReplicaPartOptions
  readonly #timings: ReplicaTimings
  readonly #bucket = new TokenBucket()
  #held: Held | null = null
  #taking: Promise<Held | null> | null = null
  #idle: NodeJS.Timeout | null = null
  #open = 0
  #changes = 0
  /** When the last part was asked for. */
  #partAt: Milliseconds = -Infinity

  constructor(options: ReplicaPartOptions) {
    this.#options = options
    this.#timings = { ...TIMINGS, ...options.timings }
    this.#bucket.setRate(options.bytesPerSecond ?? BYTES_PER_SECOND, performance.now())
  }

  get part(): NodePart {
    return { attach: (node) => this.#attach(node) }
  }

  /** The replica is another one for good: the next who asks gets it. */
  changed(): void {
    this.#changes++
    this.#drop()
  }

  #attach(node: Libp2p): () => Promise<void> {
    const protocol = replicaProtocol(this.#options.manifestHash)
    const handled = node.handle(protocol, (incoming) => void this.#serve(incoming), {
      maxInboundStreams: MAX_STREAMS,
      maxOutboundStreams: MAX_STREAMS,
      runOnLimitedConnection: true
    })
    return async () => {
      await handled
      await node.unhandle(protocol)
      this.#drop()
    }
  }

  async #serve({ stream }: IncomingStreamData): Promise<void> {
    this.#open++
    try {
      const signal = AbortSignal.timeout(this.#timings.patience)
      await answerOn(stream, MAX_REQUEST_BYTES, signal, async (bytes) => {
        const request = requestIn(bytes)
        if (request === null) return null
        const answer = this.#open > MAX_OPEN ? refused('busy') : await this.#answer(request)
        return bytesOf(answer)
      })
    } catch {
      // Whoever asked has gone, or asked for something else: its stream has been reset.
    } finally {
      this.#open--
    }
  }

  async #answer(request: Request): Promise<HeadAnswer | PartAnswer> {
    this.#rest()
    return request.type === 'head' ? this.#head() : this.#part(request)
  }

  async #head(): Promise<HeadAnswer> {
    const held = await this.#current()
    if (held === null) return refused('none')
    const { hash, round } = held.portrait
    const { final, samples, signatures } = await this.#options.vouch(held.portrait)
    return {
      type: 'head',
      hash: hexToBytes(hash) as Uint8Array<ArrayBuffer>,
      tensors: this.#options.layout.tensors.map(({ name, shape }) => [name, [...shape]]),
      round,
      final,
      samples,
      signatures: [...signatures]
        .slice(0, MAX_TOLD)
        .map(([peer, signature]) => ({ peer, signature }))
    }
  }

  async #part({ hash, from }: Extract<Request, { type: 'part' }>): Promise<PartAnswer> {
    const held = this.#held
    if (held === null || Buffer.from(hash).toString('hex') !== held.portrait.hash) {
      return refused('gone')
    }
    this.#partAt = performance.now()
    const bytes = held.bytes.subarray(from, from + PART_BYTES)
    const wait = this.#bucket.wait(performance.now())
    this.#bucket.take(bytes.byteLength, performance.now())
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait).unref())
    return { type: 'part', bytes }
  }

  async #current(): Promise<Held | null> {
    const held = this.#held
    if (held !== null && this.#isGood(held)) return held
    this.#taking ??= this.#take().finally(() => {
      this.#taking = null
    })
    return this.#taking
  }

  /** Whoever is in the middle of a copy would have to begin anew with the next one. */
  #isGood({ at }: Held): boolean {
    const { every, longest, idle } = this.#timings
    const now = performance.now()
    return now - at < (now - this.#partAt < idle / 4 ? longest : every)
  }

  async #take(): Promise<Held | null> {
    const changes = this.#changes
    const portrait = await this.#options.take()
    if (changes !== this.#changes) return this.#take()
    if (portrait === null) return null
    const bytes = swapped(memoryOf(portrait.replica))
    this.#held = { portrait, bytes, at: performance.now() }
    return this.#held
  }

  /** Whoever asks keeps the copy for a while. */
  #rest(): void {
    if (this.#idle === null) {
      this.#idle = setTimeout(() => this.#drop(), this.#timings.idle).unref()
    } else this.#idle.refresh()
  }

  #drop(): void {
    if (this.#idle !== null) clearTimeout(this.#idle)
    this.#idle = null
    this.#held = null
  }
}

const refused = (why: Reason): { type: 'refused'; why: Reason } => ({ type: 'refused', why })
