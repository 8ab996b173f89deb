import type { RejectReason } from '../wire/reject.ts'
import { Traffic, type TrafficCount } from '../wire/traffic.ts'
import type { RoundOutcome } from './driver.ts'

/** A peer's counters as results and summaries report them. */
export interface Tally {
  rounds: number
  missed: number
  bytesSent: number
  bytesReceived: number
  sentByKind: Record<string, TrafficCount>
  rejected: Record<string, number>
  /** Figures that the strategy has chosen, the latest of each. */
  chosen: Record<string, number>
}

/** What a peer counts about itself, live or in virtual time. */
export class PeerCounters {
  readonly traffic = new Traffic()
  readonly #rejects = new Map<RejectReason, number>()
  readonly #chosen: Record<string, number> = {}
  #rounds = 0
  /** Neighbours' parts that had not come by a round's deadline, over all rounds. */
  #missed = 0

  reject(reason: RejectReason): void {
    this.#rejects.set(reason, (this.#rejects.get(reason) ?? 0) + 1)
  }

  choose(values: Readonly<Record<string, number>>): void {
    Object.assign(this.#chosen, values)
  }

  round({ missed }: RoundOutcome): void {
    this.#rounds++
    this.#missed += missed
  }

  tally(): Tally {
    return {
      rounds: this.#rounds,
      missed: this.#missed,
      bytesSent: this.traffic.sentBytes,
      bytesReceived: this.traffic.receivedBytes,
      sentByKind: Object.fromEntries(this.traffic.sent),
      rejected: Object.fromEntries(this.#rejects),
      chosen: { ...this.#chosen }
    }
  }
}
