/** Who trains, as far as the deltas that have come tell: how many, how fast, and how well. */
import type { Milliseconds, PeerName } from '../strategy.ts'
import type { DeltaHead } from './body.ts'

interface Sighting {
  readonly at: Milliseconds
  readonly stepMs: number
  readonly loss: number | null
  readonly weight: number
  /** Deltas that have come and that no round of this peer's has answered yet, and the staleness. */
  readonly ahead: number
}

const MAX_AHEAD = 2

const median = (values: number[]): number | null => {
  if (values.length === 0) return null
  values.sort((a, b) => a - b)
  const middle = values.length >> 1
  return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2
}

export class Activity {
  readonly #staleness: number
  readonly #seen = new Map<PeerName, Sighting>()

  /** `staleness`: rounds that this peer may be ahead of what it has heard. */
  constructor(staleness: number) {
    this.#staleness = staleness
  }

  /** A delta of another origin is in the replica. */
  observe(
    origin: PeerName,
    { last, samples, stepMs, loss, weight }: DeltaHead,
    at: Milliseconds
  ): void {
    if (last || samples === 0) {
      this.#seen.delete(origin)
      return
    }
    const before = this.#seen.get(origin)?.ahead ?? this.#staleness
    const ahead = Math.min(MAX_AHEAD + this.#staleness, before + 1)
    this.#seen.set(origin, { at, stepMs, loss, weight, ahead })
  }

  /** This origin does not count any more. */
  forget(origin: PeerName): void {
    this.#seen.delete(origin)
  }

  /** Origins that have been heard since `since`. */
  since(since: Milliseconds): readonly PeerName[] {
    return [...this.#seen].flatMap(([origin, { at }]) => (at >= since ? [origin] : []))
  }

  /** True when this origin has sent something that this peer's latest round has not answered. */
  ahead(origin: PeerName): boolean {
    return (this.#seen.get(origin)?.ahead ?? 0) > 0
  }

  /** This peer begins another round. */
  answer(): void {
    for (const [origin, sighting] of this.#seen) {
      if (sighting.ahead > 0) this.#seen.set(origin, { ...sighting, ahead: sighting.ahead - 1 })
    }
  }

  /** Forgets those not heard since `before`. */
  expire(before: Milliseconds): void {
    for (const [origin, { at }] of this.#seen) if (at < before) this.#seen.delete(origin)
  }

  medianStepMs(): Milliseconds | null {
    return median([...this.#seen.values()].map(({ stepMs }) => stepMs))
  }

  medianWeight(): number | null {
    return median([...this.#seen.values()].map(({ weight }) => weight))
  }

  medianLoss(): number | null {
    return median([...this.#seen.values()].flatMap(({ loss }) => loss ?? []))
  }
}
