import type { HistoryEntry } from '../storage/results.ts'
import type { RoundRecord } from '../storage/round-record.ts'
import type { Vector } from '../vector/vector.ts'
import { RoundSpread } from './round-spread.ts'

/** Mean, least and largest of numbers that come one by one. */
class Range {
  #sum = 0
  #count = 0
  #least = Number.POSITIVE_INFINITY
  #most = Number.NEGATIVE_INFINITY

  add(value: number | null): void {
    if (value === null) return
    this.#sum += value
    this.#count++
    this.#least = Math.min(this.#least, value)
    this.#most = Math.max(this.#most, value)
  }

  get mean(): number | null {
    return this.#count === 0 ? null : this.#sum / this.#count
  }

  get count(): number {
    return this.#count
  }

  /** Null when nothing has come. */
  get ends(): { readonly mean: number; readonly least: number; readonly most: number } | null {
    const { mean } = this
    return mean === null ? null : { mean, least: this.#least, most: this.#most }
  }
}

class RoundSummary {
  readonly loss = new Range()
  readonly accuracy = new Range()
  readonly testLoss = new Range()
  readonly bytesSent = new Range()
  /** Mean over all peers, as far as they had said, when the last one said something of this round. */
  sentByAll = 0
  readonly atMs = new Range()
  spread: RoundSpread | null = null
  distance: number | null = null
}

/** Rounds whose replicas are still gathered; what comes later than that changes no distance any more. */
const OPEN_ROUNDS = 8

/** Gathers the peers' round records into one entry per round; its size does not depend on the peers. */
export class History {
  readonly #peers: number
  readonly #rounds = new Map<number, RoundSummary>()
  readonly #open: RoundSummary[] = []
  /** What each peer has sent, as it said last; and the sum. */
  readonly #sent = new Map<number, number>()
  #sentSum = 0
  /** The last round whose distance is known, and that distance in the units of the parameters. */
  latest: { readonly round: number; readonly absolute: number } | null = null

  constructor(peers: number) {
    this.#peers = peers
  }

  add({ peer, round, loss, accuracy, testLoss, bytesSent, atMs }: RoundRecord): void {
    const summary = this.#summaryOf(round)
    summary.loss.add(loss)
    summary.accuracy.add(accuracy)
    summary.testLoss.add(testLoss)
    summary.bytesSent.add(bytesSent)
    this.#sentSum += bytesSent - (this.#sent.get(peer) ?? 0)
    this.#sent.set(peer, bytesSent)
    summary.sentByAll = this.#sentSum / this.#peers
    summary.atMs.add(atMs)
  }

  /** A peer's replica after a round; the distance is known when all have come, or none will. */
  addReplica(round: number, replica: Vector): void {
    const summary = this.#summaryOf(round)
    if (summary.distance !== null) return
    if (summary.spread === null) {
      summary.spread = new RoundSpread(replica)
      this.#open.push(summary)
      if (this.#open.length > OPEN_ROUNDS) this.#close(this.#open[0]!)
    }
    summary.spread.add(replica)
    if (summary.spread.count < this.#peers) return
    const { absolute } = summary.spread.distance()
    this.latest = { round, absolute }
    this.#close(summary)
  }

  entries(): HistoryEntry[] {
    for (const summary of [...this.#open]) this.#close(summary)
    return [...this.#rounds]
      .sort(([a], [b]) => a - b)
      .map(([round, { loss, accuracy, testLoss, distance, bytesSent, sentByAll, atMs }]) => ({
        round,
        loss: loss.mean,
        accuracy: accuracy.ends && {
          mean: accuracy.ends.mean,
          worst: accuracy.ends.least,
          best: accuracy.ends.most
        },
        distance,
        // Who takes no part in a round has sent something all the same.
        bytesSent: bytesSent.count < this.#peers ? sentByAll : bytesSent.mean!,
        atMs: atMs.mean,
        testLoss: testLoss.ends && {
          mean: testLoss.ends.mean,
          worst: testLoss.ends.most,
          best: testLoss.ends.least
        }
      }))
  }

  #summaryOf(round: number): RoundSummary {
    const known = this.#rounds.get(round)
    if (known !== undefined) return known
    const summary = new RoundSummary()
    this.#rounds.set(round, summary)
    return summary
  }

  #close(summary: RoundSummary): void {
    this.#open.splice(this.#open.indexOf(summary), 1)
    summary.distance = summary.spread?.distance().relative ?? null
    summary.spread = null
  }
}
