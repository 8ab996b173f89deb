import type { PeerName } from '../strategy.ts'
import type { Entry, Part, Stance } from './kinds.ts'

/** Parts of one peer that are kept: of the last step, of this round, and of the next. */
const MOST_OF_ONE = 3

/** The parts that may still be needed: for a step of this peer's, or by one that lacks them. */
export class Shelf {
  readonly #parts = new Map<PeerName, Part[]>()
  /** The latest round of each peer's that a step has used. */
  readonly #used = new Map<PeerName, number>()

  /** False: it is old, or here already. */
  put(origin: PeerName, part: Part): boolean {
    const known = this.#parts.get(origin) ?? []
    const isOld = part.round <= (this.#used.get(origin) ?? -1)
    if (isOld || known.some((other) => isSame(other, part))) return false
    const parts = [...known, part].sort((a, b) => a.round - b.round)
    this.#parts.set(origin, parts.slice(-MOST_OF_ONE))
    return true
  }

  get({ origin, ...of }: Entry): Part | null {
    return this.#parts.get(origin)?.find((part) => isSame(part, of)) ?? null
  }

  /** Its part of the round that begins with this stance. */
  has(origin: PeerName, { round, id }: Stance): boolean {
    return this.get({ origin, round, base: id }) !== null
  }

  /**
   * What a step from here can be made of, by name: of each peer its part of this round, or else its newest
   * that is late by so many rounds at the most.
   */
  usable({ round, id }: Stance, staleness: number): Entry[] {
    const entries = [...this.#parts].flatMap(([origin, parts]): Entry[] => {
      const used = this.#used.get(origin) ?? -1
      const fit = parts.filter((part) => {
        const isOfNow = part.round === round && part.base === id
        const isLate = part.round < round && part.round >= round - staleness
        return part.round > used && (isOfNow || isLate)
      })
      const newest = fit.at(-1)
      return newest === undefined ? [] : [{ origin, round: newest.round, base: newest.base }]
    })
    return entries.sort((a, b) => (a.origin < b.origin ? -1 : 1))
  }

  /** A step has been made of these. They stay until the next one, for those who lack them. */
  use(entries: readonly Entry[], oldest: number): void {
    const just = new Map(entries.map(({ origin, round }) => [origin, round]))
    for (const [origin, parts] of this.#parts) {
      const kept = parts.filter(({ round }) => round >= (just.get(origin) ?? oldest))
      if (kept.length === 0) this.#parts.delete(origin)
      else this.#parts.set(origin, kept)
    }
    for (const { origin, round } of entries) this.#used.set(origin, round)
    for (const [origin, round] of this.#used) {
      // Nothing as old would be taken anyway.
      if (round < oldest && !just.has(origin)) this.#used.delete(origin)
    }
  }

  /** Nobody can be asked any more how it came to be ahead: what is of rounds to come would stay for ever. */
  lost(origin: PeerName, round: number): void {
    const parts = this.#parts.get(origin)?.filter((part) => part.round <= round)
    if (parts === undefined) return
    if (parts.length === 0) this.#parts.delete(origin)
    else this.#parts.set(origin, parts)
  }

  /** Another history goes on from `round`: what was used in this one may not be in that. */
  turn(round: number): void {
    this.#used.clear()
    for (const [origin, parts] of this.#parts) {
      this.#parts.set(
        origin,
        parts.filter((part) => part.round >= round)
      )
    }
  }
}

type Of = Pick<Part, 'round' | 'base'>

const isSame = (one: Of, other: Of): boolean => one.round === other.round && one.base === other.base
