/**
 * One end of a link between two peers: what may be written now, and what has come in. Pure, so that
 * the daemon (over streams) and the simulator (over virtual time) count the same frames and bytes.
 * It must not know strategies: to it a message is a kind, a channel and bytes.
 */
import type { Bytes } from '../vector/vector.ts'
import { ReceiveCredit, SendCredit } from './credit.ts'
import { encodeFrame, FRAME_OVERHEAD, type Frame, type SwarmTag } from './frame.ts'
import type { WireLimits } from './limits.ts'
import { type Rejected, rejected } from './reject.ts'

export const CHANNELS = ['control', 'bulk'] as const
export type Channel = (typeof CHANNELS)[number]

/** Frame kind 0: channel u8, bytes u32. Travels on the control channel and costs no credit. */
export const CREDIT_KIND = 0
const CREDIT_BODY = 5

export interface Outgoing {
  readonly kind: number
  readonly channel: Channel
  readonly body: Uint8Array
  /** The end of the body, where that is long and lies elsewhere: it is copied once only. */
  readonly tail?: Uint8Array
}

/** What a message takes on the wire. */
export const frameBytes = ({ body, tail }: Outgoing): number =>
  FRAME_OVERHEAD + body.byteLength + (tail?.byteLength ?? 0)

interface Queued {
  readonly kind: number
  readonly latest: boolean
  readonly frame: Bytes
}

class Queue {
  readonly frames: Queued[] = []
  bytes = 0
}

const creditBody = (channel: Channel, bytes: number): Bytes => {
  const body = new Uint8Array(CREDIT_BODY)
  body[0] = CHANNELS.indexOf(channel)
  new DataView(body.buffer).setUint32(1, bytes)
  return body
}

export class LinkEnd {
  readonly #tag: SwarmTag
  readonly #limits: WireLimits
  readonly #queues = { control: new Queue(), bulk: new Queue() }
  readonly #grants: Bytes[] = []
  readonly #sendCredit: Record<Channel, SendCredit>
  readonly #receiveCredit: Record<Channel, ReceiveCredit>

  constructor(tag: SwarmTag, limits: WireLimits) {
    this.#tag = tag
    this.#limits = limits
    const { window } = limits
    this.#sendCredit = { control: new SendCredit(window), bulk: new SendCredit(window) }
    this.#receiveCredit = { control: new ReceiveCredit(window), bulk: new ReceiveCredit(window) }
  }

  /** Queues a message. False: too much is waiting already, and the link must go down. */
  send({ kind, channel, body, tail }: Outgoing, delivery: 'latest' | 'every'): boolean {
    const queue = this.#queues[channel]
    const frame = encodeFrame(this.#tag, kind, body, tail)
    const entry = { kind, latest: delivery === 'latest', frame }
    const older = entry.latest ? queue.frames.findIndex((q) => q.latest && q.kind === kind) : -1
    if (older >= 0) {
      queue.bytes += entry.frame.byteLength - queue.frames[older]!.frame.byteLength
      queue.frames[older] = entry
    } else {
      queue.bytes += entry.frame.byteLength
      queue.frames.push(entry)
    }
    return queue.bytes <= this.#limits.maxQueued
  }

  /** The next frame that credit allows on `channel`, or null. The caller writes it. */
  next(channel: Channel): Bytes | null {
    if (channel === 'control') {
      const grant = this.#grants.shift()
      if (grant !== undefined) return grant
    }
    const queue = this.#queues[channel]
    const head = queue.frames[0]
    if (head === undefined) return null
    const size = head.frame.byteLength
    if (size > this.#sendCredit[channel].available) return null
    queue.frames.shift()
    queue.bytes -= size
    this.#sendCredit[channel].spend(size)
    return head.frame
  }

  /**
   * Books a frame that came in on `channel`. Returns it when it is a strategy's message, which the
   * caller reports as `consumed` when it is through with it; null when it was this layer's own.
   */
  receive(channel: Channel, frame: Frame): Frame | Rejected | null {
    if (frame.kind === CREDIT_KIND) return this.#credited(channel, frame)
    return this.#receiveCredit[channel].receive(frame.size) ? frame : rejected('credit')
  }

  /** Look at `next('control')` afterwards: a grant may be waiting. */
  consumed(channel: Channel, bytes: number): void {
    const grant = this.#receiveCredit[channel].consume(bytes)
    if (grant === 0) return
    this.#grants.push(encodeFrame(this.#tag, CREDIT_KIND, creditBody(channel, grant)))
  }

  #credited(channel: Channel, { body }: Frame): Rejected | null {
    const granted = CHANNELS[body[0] ?? -1]
    if (channel !== 'control') return rejected('kind')
    if (body.byteLength !== CREDIT_BODY || granted === undefined) return rejected('body')
    const bytes = new DataView(body.buffer, body.byteOffset).getUint32(1)
    // An honest end saves its grants up to half a window; smaller ones would be a free flood.
    if (bytes * 2 < this.#limits.window) return rejected('credit')
    return this.#sendCredit[granted].grant(bytes) ? null : rejected('credit')
  }
}
