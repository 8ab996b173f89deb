/**
 * When this peer's parts of public data are dealt anew: at the first round, at every epoch, and when
 * those that train have been others for a while. Always before a round's local steps, never in them.
 */
import type { Milliseconds, PeerName } from '../strategy/strategy.ts'
import type { DealAnswer } from './compute-messages.ts'
import type { ComputeThread } from './compute-thread.ts'
import type { Log } from './log.ts'

/** Who comes and goes within this has not changed the deal. */
const SETTLE_MS = 15_000
/** Reading parts takes at most one part in so many of the time, the first deal aside. */
const PAUSE_PER_DEAL = 10

export interface DealerParts {
  readonly compute: Pick<ComputeThread, 'request'>
  /** The swarm's rounds of an epoch. */
  readonly epochRounds: number
  /** The others that train, as this peer has heard of late. */
  readonly trainers: () => readonly PeerName[]
  /** Whether this peer trains now. */
  readonly trains: () => boolean
  readonly log: Pick<Log, 'info' | 'warn'>
  readonly now?: () => Milliseconds
}

interface Deal {
  readonly epoch: number
  readonly trainers: readonly PeerName[]
}

const same = (a: readonly PeerName[], b: readonly PeerName[]): boolean =>
  a.length === b.length && a.every((name, i) => name === b[i])

export class Dealer {
  readonly #parts: DealerParts
  readonly #now: () => Milliseconds
  #dealt: Deal | null = null
  /** What has been seen last, and since when. */
  #seen: { readonly trainers: readonly PeerName[]; readonly since: Milliseconds }
  #asking = false
  #restUntil: Milliseconds = -Infinity

  constructor(parts: DealerParts) {
    this.#parts = parts
    this.#now = parts.now ?? (() => performance.now())
    this.#seen = { trainers: [], since: this.#now() }
  }

  /** The members may have changed. */
  look(): void {
    const trainers = [...this.#parts.trainers()].sort()
    if (same(trainers, this.#seen.trainers)) return
    this.#seen = { trainers, since: this.#now() }
  }

  /** A round of the swarm's begins; what is asked for here is done before its local steps. */
  roundBegan(round: number): void {
    this.look()
    if (this.#asking || !this.#parts.trains()) return
    const epoch = Math.floor(round / this.#parts.epochRounds)
    if (this.#isDue(epoch)) this.#deal({ epoch, trainers: this.#seen.trainers })
  }

  #isDue(epoch: number): boolean {
    const now = this.#now()
    if (this.#dealt === null) return true
    if (now < this.#restUntil) return false
    if (epoch !== this.#dealt.epoch) return true
    const { trainers, since } = this.#seen
    return !same(trainers, this.#dealt.trainers) && now - since >= SETTLE_MS
  }

  #deal(deal: Deal): void {
    this.#asking = true
    this.#parts.compute.request({ type: 'deal', ...deal }, (answer) => {
      this.#asking = false
      if (answer.type === 'deal') this.#answered(deal, answer)
    })
  }

  #answered(deal: Deal, { parts, trainedOn, rows, seconds, refused }: DealAnswer): void {
    const { log } = this.#parts
    // What could not be read is tried again after a while.
    const least = refused === null ? 0 : SETTLE_MS
    this.#restUntil = this.#now() + Math.max(least, 1000 * seconds * PAUSE_PER_DEAL)
    if (refused === null) this.#dealt = deal
    else if (this.#dealt === null) this.#dealt = { epoch: Number.NaN, trainers: [] }
    const told = { epoch: deal.epoch, trainers: deal.trainers.length + 1, parts, rows }
    if (refused !== null) log.warn(told, `the parts of this epoch cannot be read: ${refused}`)
    else if (trainedOn < parts)
      log.warn({ ...told, trainedOn }, 'not all parts fit into memory; the others take turns')
    else log.info(told, 'public data dealt')
  }
}
