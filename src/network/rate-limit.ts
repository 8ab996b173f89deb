/**
 * Limits of one machine's upload and download, over everything on its sockets. What is large waits in
 * front of its stream, not in the socket behind which everything else of the connection would wait,
 * too: a ping is late by a turn or two, whatever is queued.
 */
import { CLOCK, type Clock, Turns, type Urgency } from './turns.ts'

/** Bytes a second; null: no limit. */
export interface Rates {
  readonly up: number | null
  readonly down: number | null
}

export const NO_RATES: Rates = { up: null, down: null }

/** Turns that a stream may have paid for and not yet written: one at the muxer, one in the making. */
const UNWRITTEN_TURNS = 4

/** Of a connection: 256 KiB in the window of its bulk stream, as much in the chunk that is being paid for, and the rest. */
const UNREAD_BYTES = 576 << 10
/** What a stream's bytes pay for beside themselves, until headers, handshakes and gossip are paid for. */
const SURCHARGE = 1.5

abstract class Pace {
  protected readonly turns: Turns
  /** Sockets that are open. */
  sockets = 0

  constructor(clock: Clock) {
    this.turns = new Turns(clock)
  }

  get limited(): boolean {
    return this.turns.limited
  }

  /** The most bytes that should pass at a time. */
  get size(): number {
    return this.turns.size
  }

  limit(bytesPerSecond: number | null): void {
    this.turns.limit(bytesPerSecond)
  }
}

/** A stream pays before it writes; of what a socket writes, only the rest is left to pay. */
export class Upload extends Pace {
  #paid = 0

  /** Resolves when so many bytes may go into a stream. */
  async stream(bytes: number, urgency: Urgency): Promise<void> {
    await this.turns.turn(urgency, () => bytes)
    // Links that go down leave behind what they have paid for; it must not add up to a burst.
    const most = UNWRITTEN_TURNS * this.size * Math.max(1, this.sockets)
    this.#paid = Math.min(this.#paid + bytes, most)
  }

  /** Resolves when so many bytes may go into a socket. */
  async socket(bytes: number): Promise<void> {
    const paid = Math.min(this.#paid, bytes)
    this.#paid -= paid
    if (paid < bytes) await this.turns.turn('vital', () => bytes - paid)
  }
}

/**
 * A socket reads what its streams' windows let the neighbour send; a stream pays before it hands on,
 * and only then opens its window again. What no stream pays for is paid for by the others. So a
 * download may be ahead of its rate by UNREAD_BYTES of every connection, and no more.
 */
export class Download extends Pace {
  /** Bytes that sockets have read and nobody has paid for. */
  #unpaid = 0
  /** Streams that wait for their turn. */
  #waiting = 0

  /** So many bytes have come from a socket. Resolves when it may read on. */
  async socket(bytes: number): Promise<void> {
    this.#unpaid += bytes
    // What is in the bucket while no stream asks for it pays for headers, handshakes and gossip.
    if (this.#waiting === 0) this.#settle(Math.min(this.#unpaid, this.turns.level))
    this.#settle(this.#unpaid - UNREAD_BYTES * Math.max(1, this.sockets))
    // A flood of what no window holds back.
    if (this.turns.level < -this.turns.burst) await this.turns.turn('vital', () => 0)
  }

  /** Resolves when so many bytes of a stream may be handed on; a muxer's chunk may be many turns. */
  async stream(bytes: number, urgency: Urgency): Promise<void> {
    this.#waiting++
    for (let left = bytes; left > 0 && this.limited; left -= this.size) {
      const part = Math.min(left, this.size)
      await this.turns.turn(urgency, () => {
        const due = Math.min(this.#unpaid, Math.ceil(part * SURCHARGE))
        this.#unpaid -= due
        return due
      })
    }
    this.#waiting--
  }

  #settle(bytes: number): void {
    if (bytes <= 0) return
    this.#unpaid -= bytes
    this.turns.take(bytes)
  }
}

/** Both directions of one node. */
export class RateLimit {
  readonly up: Upload
  readonly down: Download

  constructor(rates: Rates, clock: Clock = CLOCK) {
    this.up = new Upload(clock)
    this.down = new Download(clock)
    this.set(rates)
  }

  set({ up, down }: Rates): void {
    this.up.limit(up)
    this.down.limit(down)
  }

  /** So many more sockets, or -1, are open. */
  opened(sockets: 1 | -1): void {
    this.up.sockets += sockets
    this.down.sockets += sockets
  }
}
