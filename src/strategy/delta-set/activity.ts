/** Who trains, as far as the deltas that have come tell: how many, how fast, and how well. */
import type { Milliseconds, PeerName } from '../strategy.ts'
import type { DeltaHead } from './body.ts'

interface Sighting {
  readonly at: Milliseconds
  /** Usual time between two deltas; 0: there has been one. */
  readonly interval: Milliseconds
  readonly stepMs: number
  readonly loss: number | null
  readonly halvings: number
  /** What its deltas count for; left out where that is the same for all. */
  readonly worth?: number
  /**
   * Deltas that have come and that no round of this peer's has answered yet, and the staleness. Null: what
   * an earlier life has seen counts, and is not waited for.
   */
  readonly ahead: number | null
}

/** An origin's sighting, as it is kept: `ago` it was. */
export interface SavedSighting extends Omit<Sighting, 'at' | 'ahead'> {
  readonly origin: PeerName
  readonly ago: Milliseconds
}

const MAX_AHEAD = 2
const SMOOTHING = 1 / 4

const median = (values: number[]): number | null => {
  if (values.length === 0) return null
  values.sort((a, b) => a - b)
  const middle = values.length >> 1
  return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2
}

export class Activity {
  readonly #staleness: number
  readonly #seen = new Map<PeerName, Sighting>()
  /** Deltas that have come since this peer's local steps began. */
  #since = 0

  /** `staleness`: rounds that this peer may be ahead of what it has heard. */
  constructor(staleness: number) {
    this.#staleness = staleness
  }

  save(now: Milliseconds): readonly SavedSighting[] {
    return [...this.#seen].map(([origin, { at, ahead: _, ...rest }]) => ({
      origin,
      ago: now - at,
      ...rest
    }))
  }

  /** As if no time had passed since then. */
  restore(sightings: readonly SavedSighting[], now: Milliseconds): void {
    for (const { origin, ago, ...rest } of sightings) {
      this.#seen.set(origin, { at: now - ago, ahead: null, ...rest })
    }
  }

  /** A delta of another origin is in the replica. */
  observe(
    origin: PeerName,
    { last, samples, stepMs, loss, halvings, worth }: DeltaHead,
    at: Milliseconds
  ): void {
    if (last || samples === 0) {
      this.#seen.delete(origin)
      return
    }
    this.#since++
    const before = this.#seen.get(origin)
    const ahead = Math.min(MAX_AHEAD + this.#staleness, (before?.ahead ?? this.#staleness) + 1)
    const gap = before === undefined ? 0 : at - before.at
    const usual = before?.interval ?? 0
    const known = before?.ahead === null
    const interval = usual === 0 ? gap : known ? usual : usual + SMOOTHING * (gap - usual)
    const told = { stepMs, loss, halvings, ...(worth !== undefined && { worth }) }
    this.#seen.set(origin, { at, interval, ...told, ahead })
  }

  /** Local steps begin from what has come until now. */
  lookUp(): void {
    this.#since = 0
  }

  /** Whole rounds that have come since then, of so many origins, beyond the one that goes with this peer's. */
  late(origins: number): number {
    return Math.max(0, Math.floor(this.#since / Math.max(1, origins)) - 1)
  }

  /** What they count for, of those that have told it. */
  worths(origins: readonly PeerName[]): readonly number[] {
    return origins.flatMap((origin) => this.#seen.get(origin)?.worth ?? [])
  }

  /** This origin does not count any more. */
  forget(origin: PeerName): void {
    this.#seen.delete(origin)
  }

  /**
   * Origins that have been silent for no more than so many rounds: of their own usual length or of this
   * peer's, whichever is longer. By its own alone, one that is fast would lose sight of all others.
   */
  within(rounds: number, roundMs: Milliseconds, now: Milliseconds): readonly PeerName[] {
    return [...this.#seen].flatMap(([origin, { at, interval }]) =>
      now - at <= rounds * Math.max(interval, roundMs) ? [origin] : []
    )
  }

  /** True when this origin has been heard in this life. */
  heard(origin: PeerName): boolean {
    return (this.#seen.get(origin)?.ahead ?? null) !== null
  }

  /** True when this origin has sent something that this peer's latest round has not answered. */
  ahead(origin: PeerName): boolean {
    return (this.#seen.get(origin)?.ahead ?? 0) > 0
  }

  /** This peer begins another round. */
  answer(): void {
    for (const [origin, sighting] of this.#seen) {
      if (sighting.ahead !== null && sighting.ahead > 0)
        this.#seen.set(origin, { ...sighting, ahead: sighting.ahead - 1 })
    }
  }

  /** Forgets those that `within` leaves out. */
  expire(rounds: number, roundMs: Milliseconds, now: Milliseconds): void {
    const recent = new Set(this.within(rounds, roundMs, now))
    for (const origin of this.#seen.keys()) if (!recent.has(origin)) this.#seen.delete(origin)
  }

  medianStepMs(): Milliseconds | null {
    return median([...this.#seen.values()].map(({ stepMs }) => stepMs))
  }

  /** What more than half of the origins, with `own` among them, would have alpha halved at least. */
  commonHalvings(own: number): number {
    const all = [own, ...[...this.#seen.values()].map(({ halvings }) => halvings)]
    return all.sort((a, b) => a - b)[(all.length - 1) >> 1]!
  }

  /** With the own one among them; of two in the middle the lower, so that one of three decides nothing. */
  medianLoss(own: number | null): number | null {
    const losses = [own, ...[...this.#seen.values()].map(({ loss }) => loss)]
    const known = losses.filter((loss) => loss !== null && Number.isFinite(loss))
    return known.sort((a, b) => a! - b!)[(known.length - 1) >> 1] ?? null
  }
}
