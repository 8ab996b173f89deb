import type { PeerName } from '../strategy.ts'
import type { Holding } from './kinds.ts'
import { MAX_ORIGINS } from './limits.ts'

/** What a neighbour has of one origin, as it says. */
export interface Offer {
  /** As the neighbour numbers the origin. */
  readonly number: number
  readonly seq: number
  readonly floor: number
  /** Null: it has sent this one, and not said its tag. */
  readonly tag: number | null
}

/** One connection's life: what each end has told the other on it. */
export class Neighbour {
  /** Origins as the neighbour numbers them. */
  readonly #names: PeerName[] = []
  readonly offers = new Map<PeerName, Offer>()
  /** Heads as it has last said or shown them: they go back when a proof has come. */
  readonly heads = new Map<PeerName, number>()
  /** What this end has told of each origin. */
  readonly told = new Map<PeerName, number>()
  /** Origins whose deltas it has passed on although they were not theirs, or of another chain. */
  readonly doubted = new Set<PeerName>()
  /** How many of this end's numbers have been told on each channel: the other may be far behind. */
  readonly named = { control: 0, bulk: 0 }
  /** Snapshots that the neighbour has taken, as it says. */
  restores = 0
  /** True once the neighbour has said what it has. */
  greeted = false

  /** False: names that leave numbers out, or contradict those known, or too many. */
  learn(first: number, names: readonly PeerName[]): boolean {
    if (first > this.#names.length || first + names.length > MAX_ORIGINS) return false
    const known = this.#names.slice(first)
    if (known.some((name, i) => i < names.length && name !== names[i])) return false
    this.#names.push(...names.slice(known.length))
    return true
  }

  /** It has sent a delta, so it has it. */
  showed(number: number, seq: number): void {
    const name = this.#names[number]
    if (name === undefined) return
    this.heads.set(name, Math.max(seq, this.heads.get(name) ?? 0))
    const known = this.offers.get(name)
    if (seq <= (known?.seq ?? 0)) return
    this.offers.set(name, { number, seq, floor: known?.floor ?? seq - 1, tag: null })
  }

  name(number: number): PeerName | undefined {
    return this.#names[number]
  }

  /** False: it mentions an origin that it has not named. */
  hear(holdings: readonly Holding[]): boolean {
    this.greeted = true
    for (const { origin, seq, floor, tag } of holdings) {
      const name = this.#names[origin]
      if (name === undefined) return false
      this.heads.set(name, seq)
      const known = this.offers.get(name)
      if (known === undefined || seq >= known.seq) {
        this.offers.set(name, { number: origin, seq, floor, tag })
      } else if (known.tag === null && floor < known.floor) {
        // A delta has overtaken this: what it showed says nothing about those before it.
        this.offers.set(name, { ...known, floor })
      }
    }
    return true
  }
}
