import type { Milliseconds } from '../../strategy/strategy.ts'
import type { MemberStatus } from './status.ts'

/** What a replica was at a place where others come by, too. */
export interface Cut {
  readonly cut: string
  readonly hash: string
}

/** How many of its own this peer remembers, and how many of each member. */
const OWN = 64
const THEIRS = 8
/** How long a verdict stands without a new one. */
const STANDS: Milliseconds = 10 * 60_000

/** Adds or replaces; the oldest goes. */
const remember = (cuts: readonly Cut[], { cut, hash }: Cut, most: number): readonly Cut[] =>
  [...cuts.filter((other) => other.cut !== cut), { cut, hash }].slice(-most)

/** The cuts that this peer has come by. */
export class OwnCuts {
  #cuts: readonly Cut[] = []

  add(cut: Cut): void {
    this.#cuts = remember(this.#cuts, cut, OWN)
  }

  get latest(): Cut | null {
    return this.#cuts.at(-1) ?? null
  }

  hashAt(cut: string): string | null {
    return this.#cuts.find((own) => own.cut === cut)?.hash ?? null
  }
}

/**
 * Whether one member's replica is this peer's. Either may come by a cut first, so some of what the
 * member has said is kept until this peer comes by.
 */
export class Agreement {
  #theirs: readonly Cut[] = []
  #verdict: MemberStatus['agreement'] = 'unknown'
  #at: Milliseconds = -Infinity

  heard(theirs: Cut, own: OwnCuts, now: Milliseconds): void {
    const latest = this.#theirs.at(-1)
    if (latest?.cut === theirs.cut && latest.hash === theirs.hash) return
    this.#theirs = remember(this.#theirs, theirs, THEIRS)
    this.#judge(theirs, own.hashAt(theirs.cut), now)
  }

  /** This peer has come by a cut. */
  came({ cut, hash }: Cut, now: Milliseconds): void {
    const theirs = this.#theirs.find((said) => said.cut === cut)
    if (theirs !== undefined) this.#judge(theirs, hash, now)
  }

  verdict(now: Milliseconds): MemberStatus['agreement'] {
    return now - this.#at < STANDS ? this.#verdict : 'unknown'
  }

  #judge({ hash }: Cut, own: string | null, now: Milliseconds): void {
    if (own === null) return
    this.#verdict = own === hash ? 'agrees' : 'differs'
    this.#at = now
  }
}
