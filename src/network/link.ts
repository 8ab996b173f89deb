/**
 * One live link: the two streams that this end opened and the two that the other end opened, on one
 * connection. The connection is the link's generation: it dies with the link, so that no stream of
 * an earlier link can ever be taken for one of a later link.
 */
import type { Connection, Stream } from '@libp2p/interface'
import type { Milliseconds } from '../strategy/strategy.ts'
import type { Bytes } from '../vector/vector.ts'
import { type Frame, kindOf } from '../wire/frame.ts'
import { FrameReader } from '../wire/frame-reader.ts'
import type { WireLimits } from '../wire/limits.ts'
import { CHANNELS, type Channel, LinkEnd, type Outgoing } from '../wire/link-end.ts'
import type { Rejected, RejectReason } from '../wire/reject.ts'
import type { NetworkOptions } from './network.ts'
import type { Protocols } from './protocols.ts'
import { PathQuota } from './reach/path-quota.ts'
import type { Quota } from './reach/quota.ts'
import { readFrames, untilAnswered, writeFrames } from './streams.ts'
import { LIMITS, type NetworkTimings } from './timings.ts'
import { Wake } from './wake.ts'

export interface LinkOptions extends Pick<NetworkOptions, 'tag'> {
  readonly limits: WireLimits
  readonly protocols: Protocols
  readonly timings: NetworkTimings
  readonly maxLinks: number
}

/** What a link tells the table of links. Nothing follows `down`. */
export interface LinkEvents {
  up(): void
  /** Exactly once, also for a link that never came up. */
  down(wasUp: boolean): void
  message(channel: Channel, frame: Frame, consumed: () => void): void
  rejected(reason: RejectReason): void
  /** The other end is broken or hostile: no more dealings with it for a while. */
  misbehaved(): void
  sent(kind: number, bytes: number): void
  received(kind: number, bytes: number): void
}

export class Link {
  readonly connection: Connection
  readonly #quota: PathQuota
  readonly #options: LinkOptions
  readonly #events: LinkEvents
  readonly #end: LinkEnd
  readonly #outgoing: Partial<Record<Channel, Stream>> = {}
  readonly #incoming: Partial<Record<Channel, Stream>> = {}
  readonly #wakes = { control: new Wake(), bulk: new Wake() }
  #state: 'opening' | 'open' | 'finishing' | 'over' = 'opening'
  #ended = 0
  #rejects = 0
  #lastFrame: Milliseconds = performance.now()
  #timer: NodeJS.Timeout

  constructor(connection: Connection, options: LinkOptions, events: LinkEvents) {
    this.connection = connection
    this.#quota = new PathQuota(connection)
    this.#options = options
    this.#events = events
    this.#end = new LinkEnd(options.tag, options.limits)
    this.#timer = setTimeout(() => this.down(), options.timings.handshake).unref()
  }

  /** What its way still carries; null: no limit. */
  get quota(): Quota | null {
    return this.#quota.left
  }

  idleFor(now: Milliseconds): Milliseconds {
    return now - this.#lastFrame
  }

  /** Opens this end's two streams. */
  async open(): Promise<void> {
    try {
      await Promise.all(CHANNELS.map((channel) => this.#openOne(channel)))
      this.#startOnceComplete()
    } catch {
      // Another swarm, a peer that is going away, a timeout: all mean that there is no link.
      this.down()
    }
  }

  async #openOne(channel: Channel): Promise<void> {
    const { protocols, timings } = this.#options
    this.#outgoing[channel] = await this.connection.newStream(protocols.channels[channel], {
      signal: AbortSignal.timeout(timings.handshake),
      // An optimistic stream would look open to a peer that does not speak this protocol.
      negotiateFully: true,
      runOnLimitedConnection: true
    })
  }

  /** Takes a stream that the other end opened. */
  accept(channel: Channel, stream: Stream): void {
    if (this.#incoming[channel] === undefined) {
      this.#incoming[channel] = stream
      this.#startOnceComplete()
    } else this.down()
  }

  /** Nothing is read before all four streams are there: no message comes from a link not yet up. */
  #startOnceComplete(): void {
    const streams = CHANNELS.flatMap((channel) => {
      const [outgoing, incoming] = [this.#outgoing[channel], this.#incoming[channel]]
      return outgoing && incoming ? [{ channel, outgoing, incoming }] : []
    })
    if (this.#state !== 'opening' || streams.length < CHANNELS.length) return
    clearTimeout(this.#timer)
    this.#state = 'open'
    this.#events.up()
    for (const { channel, outgoing, incoming } of streams) {
      this.#run(this.#write(channel, outgoing))
      this.#run(untilAnswered(outgoing).then(() => this.down()))
      this.#run(this.#read(channel, incoming))
    }
  }

  /** Whatever ends a stream badly ends the link; what it says of itself may come from the enemy. */
  #run(streaming: Promise<unknown>): void {
    streaming.catch(() => this.down())
  }

  async #write(channel: Channel, stream: Stream): Promise<void> {
    await writeFrames(stream, {
      wake: this.#wakes[channel],
      next: () => this.#next(channel),
      state: () => (this.#state === 'opening' ? 'over' : this.#state)
    })
  }

  #next(channel: Channel): Bytes | null {
    const frame = this.#end.next(channel)
    if (frame === null) return null
    // Another relayed connection has its quota anew; this one ends behind what has been written.
    if (!this.#quota.carries(frame.byteLength)) {
      this.finish()
      return null
    }
    this.#quota.use(frame.byteLength)
    this.#lastFrame = performance.now()
    this.#events.sent(kindOf(frame), frame.byteLength)
    return frame
  }

  /** Queues a message; when too much is waiting already, the link goes down. */
  send(message: Outgoing, delivery: 'latest' | 'every'): void {
    if (this.#state !== 'open') return
    if (this.#end.send(message, delivery)) this.#wakes[message.channel].wake()
    else this.down()
  }

  async #read(channel: Channel, stream: Stream): Promise<void> {
    const { tag, limits } = this.#options
    await readFrames(stream, new FrameReader(tag, limits.maxFrame), (item) => {
      if (this.#state === 'over') return false
      this.#lastFrame = performance.now()
      if ('reason' in item) this.reject(item.reason)
      else this.#receive(channel, item)
      return true
    })
    this.#incomingEnded()
  }

  #receive(channel: Channel, frame: Frame): void {
    this.#quota.use(frame.size)
    this.#events.received(frame.kind, frame.size)
    const outcome: Frame | Rejected | null = this.#end.receive(channel, frame)
    // A grant that came in unlocks what was waiting.
    if (outcome === null) this.#wakeAll()
    else if ('reason' in outcome) this.reject(outcome.reason)
    else this.#events.message(channel, outcome, () => this.#consumed(channel, outcome.size))
  }

  #consumed(channel: Channel, bytes: number): void {
    this.#end.consumed(channel, bytes)
    this.#wakes.control.wake()
  }

  /** Books something that was not believed, here or further up; the third costs the link. */
  reject(reason: RejectReason): void {
    this.#rejects++
    this.#events.rejected(reason)
    const fatal = reason === 'length' || reason === 'credit'
    if (fatal || this.#rejects === LIMITS.rejects) this.#events.misbehaved()
  }

  /** Ends the link in order before its way gives out under a message. */
  finishIfSpent(): void {
    if (this.#state === 'open' && this.#quota.isSpent) this.finish()
  }

  /**
   * The other end says goodbye by ending both streams in order; one alone is no link. What waits here is
   * still written, and then it is the other end that takes the link down.
   */
  #incomingEnded(): void {
    this.#ended++
    const both = this.#ended === CHANNELS.length
    if (both && this.#state === 'finishing') this.down()
    else {
      if (both) this.finish()
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => this.down(), this.#options.timings.linger).unref()
    }
  }

  #wakeAll(): void {
    for (const channel of CHANNELS) this.#wakes[channel].wake()
  }

  /** Ends this end's streams behind the last frame; the other end then takes the link down. */
  finish(): void {
    if (this.#state === 'opening') this.down()
    if (this.#state === 'open') this.#state = 'finishing'
    this.#wakeAll()
  }

  /** Drops everything at once. */
  down(): void {
    if (this.#state === 'over') return
    const wasUp = this.#state !== 'opening'
    this.#state = 'over'
    clearTimeout(this.#timer)
    this.#wakeAll()
    this.connection.abort(new Error('the link is down'))
    this.#events.down(wasUp)
  }
}
