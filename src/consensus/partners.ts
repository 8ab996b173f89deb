/**
 * Whom one peer wants for neighbours where not everybody can reach everybody: its row of the topology's
 * graph, which both ends compute, and for each of those that cannot be reached, or has died, the next in a
 * ranking that both ends compute, too (PairRank). A pure state machine over (event, now).
 *
 * Invariants: whoever is held and works is not exchanged for a better one; a range of addresses has more
 * than its share only where nobody else is left.
 */
import { PairRank } from './pair-rank.ts'
import { PARTNER_TIMES, type PartnerTimes } from './partner-times.ts'

type Milliseconds = number

/** How a peer is, or would be, reached. */
export interface Way {
  /** Ranges of addresses that it is in: /24, /48. None: it may be anywhere. */
  readonly ranges: readonly string[]
  /** Through a third peer, or slowly: taken when there is nobody else. */
  readonly poor: boolean
}

export interface PartnerOptions {
  readonly self: string
  /** Of the swarm, for the ranking. */
  readonly salt: string
  /** Both ends have to want an edge; otherwise a link that one end wants serves both. */
  readonly mutual: boolean
  readonly times?: PartnerTimes
}

interface Known {
  way: Way
  upSince: Milliseconds | null
  /** Since when it has been wanted without a link; null: it is not, or it is up. */
  triedSince: Milliseconds | null
  failures: number
  /** Times in a row that it was given up. */
  strikes: number
  outUntil: Milliseconds
  usefulAt: Milliseconds
  /** Taken back as a caller: it has sent nothing. Until it comes anew. */
  declined: boolean
}

const ANYWHERE: Way = { ranges: [], poor: false }

/** Neighbours that one range may have, of so many: two at least, else half of the smallest swarm. */
export const shareOf = (degree: number): number => Math.max(2, Math.ceil(degree / 4))

/** What one choice is made of. */
class Choice {
  readonly chosen: string[] = []
  readonly #counts = new Map<string, number>()
  readonly #share: number

  constructor(degree: number) {
    this.#share = shareOf(degree)
  }

  fits({ ranges }: Way): boolean {
    return ranges.every((range) => (this.#counts.get(range) ?? 0) < this.#share)
  }

  add(peer: string, { ranges }: Way): void {
    this.chosen.push(peer)
    for (const range of ranges) this.#counts.set(range, (this.#counts.get(range) ?? 0) + 1)
  }
}

export class Partners {
  readonly #mutual: boolean
  readonly #times: PartnerTimes
  readonly #rank: PairRank
  readonly #known = new Map<string, Known>()
  #wanted: ReadonlySet<string> = new Set()

  constructor({ self, salt, mutual, times = PARTNER_TIMES }: PartnerOptions) {
    this.#mutual = mutual
    this.#times = times
    this.#rank = new PairRank(self, salt)
  }

  /** Where it is, as far as is known, or how it is reached. */
  way(peer: string, way: Way): void {
    this.#of(peer).way = way
  }

  up(peer: string, now: Milliseconds): void {
    const known = this.#of(peer)
    Object.assign(known, { upSince: now, triedSince: null, failures: 0, outUntil: 0 })
    Object.assign(known, { usefulAt: now, declined: false })
  }

  down(peer: string, now: Milliseconds): void {
    const known = this.#of(peer)
    if (known.upSince !== null && now - known.upSince >= this.#times.settled) known.strikes = 0
    known.upSince = null
    known.triedSince = this.#wanted.has(peer) ? now : null
  }

  /** An attempt to dial it has come to nothing. */
  failed(peer: string): void {
    this.#of(peer).failures++
  }

  /** It has sent something that was of use. */
  useful(peer: string, now: Milliseconds): void {
    this.#of(peer).usefulAt = now
  }

  /** Instead of `row`, the neighbours that the graph gives this peer among `members`. */
  choose(row: readonly string[], members: readonly string[], now: Milliseconds): readonly string[] {
    this.#forget(members)
    this.#judge(now)
    const choice = new Choice(row.length)
    const inRow = new Set(row)
    let filled = 0
    const trials = row.filter((peer) => this.#onTrial(peer, now))
    const candidates = this.#candidates(inRow, members, now)
    for (const strict of [true, false]) {
      for (const peer of candidates) {
        if ((strict ? filled : choice.chosen.length) >= row.length) break
        const { way, upSince } = this.#of(peer)
        if (choice.chosen.includes(peer) || (strict && !choice.fits(way))) continue
        choice.add(peer, way)
        // Two are tried at a time for one that is missing.
        filled += inRow.has(peer) || upSince !== null ? 1 : 1 / 2
      }
    }
    this.#keep(choice, row.length, now)
    // Beside whoever stands in for them.
    for (const peer of trials) {
      const { way } = this.#of(peer)
      if (!choice.chosen.includes(peer) && choice.fits(way)) choice.add(peer, way)
    }
    if (this.#mutual) this.#takeCallers(choice, row.length, members, now)
    this.#want(choice.chosen, now)
    return choice.chosen.sort()
  }

  /** What works is let go only once as many of those instead of it have proved themselves. */
  #keep(choice: Choice, degree: number, now: Milliseconds): void {
    let proved = choice.chosen.filter((peer) => this.#isProved(peer, now)).length
    const held = [...this.#wanted].filter(
      (peer) => this.#of(peer).upSince !== null && !choice.chosen.includes(peer)
    )
    held.sort((a, b) => this.#rank.of(a) - this.#rank.of(b))
    for (const peer of held) {
      const { way } = this.#of(peer)
      if (proved >= degree) return
      if (this.#isOut(peer, now) || !choice.fits(way)) continue
      choice.add(peer, way)
      proved++
    }
  }

  #isProved(peer: string, now: Milliseconds): boolean {
    const { upSince } = this.#of(peer)
    return upSince !== null && now - upSince >= this.#times.settled
  }

  /** All that may fill a place, the best first. */
  #candidates(inRow: ReadonlySet<string>, members: readonly string[], now: Milliseconds): string[] {
    const able = members.filter((peer) => peer !== this.#rank.self && !this.#isOut(peer, now))
    const places = new Map(able.map((peer) => [peer, this.#place(peer, inRow.has(peer), now)]))
    // One of the row on trial is beside those that fill a place (see `choose`).
    const fit = able.filter((peer) => !inRow.has(peer) || !this.#onTrial(peer, now))
    return fit.sort(
      (a, b) => places.get(a)! - places.get(b)! || this.#rank.of(a) - this.#rank.of(b)
    )
  }

  /** Those of the row come first; then those held; of the rest, who is reached well. */
  #place(peer: string, inRow: boolean, now: Milliseconds): number {
    const { way, upSince, strikes } = this.#of(peer)
    if (inRow) return this.#isProved(peer, now) ? 0 : 1
    if (this.#wanted.has(peer)) return upSince === null ? 3 : 2
    // Given up before: only where there is nobody else.
    if (strikes > 0) return 6
    return way.poor ? 5 : 4
  }

  /** Given up before, and not yet proved: its place is not taken to be filled. */
  #onTrial(peer: string, now: Milliseconds): boolean {
    const { strikes, outUntil } = this.#of(peer)
    return strikes > 0 && now >= outUntil && !this.#isProved(peer, now)
  }

  #isOut(peer: string, now: Milliseconds): boolean {
    return now < this.#of(peer).outUntil
  }

  /** Gives up whoever is wanted and cannot be reached, or is of no use while others are. */
  #judge(now: Milliseconds): void {
    const { patience, quick, failures, useless } = this.#times
    const linked = [...this.#wanted].filter((peer) => this.#of(peer).upSince !== null)
    const silent = linked.filter((peer) => now - this.#of(peer).usefulAt >= useless)
    // Where most are silent, it is this peer, or a pause of all.
    if (2 * silent.length < linked.length) for (const peer of silent) this.#giveUp(peer, now)
    for (const peer of this.#wanted) {
      const known = this.#of(peer)
      if (known.triedSince === null) continue
      const tried = now - known.triedSince
      const hopeless = known.failures >= failures && tried >= quick
      if (hopeless || tried >= patience) this.#giveUp(peer, now)
    }
  }

  #giveUp(peer: string, now: Milliseconds): void {
    const [first, longest] = this.#times.out
    const known = this.#of(peer)
    known.outUntil = now + Math.min(longest, first * 2 ** known.strikes)
    known.strikes++
    known.triedSince = null
    known.failures = 0
  }

  /** Whoever holds a link for long has lost a neighbour, and cannot use this one unless it is wanted. */
  #takeCallers(
    choice: Choice,
    degree: number,
    members: readonly string[],
    now: Milliseconds
  ): void {
    const { settled, callerIdle } = this.#times
    const most = Math.max(2, 2 * degree)
    const callers = members.filter((peer) => {
      const { upSince, declined } = this.#of(peer)
      const holds = upSince !== null && now - upSince >= settled
      return holds && !declined && !choice.chosen.includes(peer) && !this.#isOut(peer, now)
    })
    callers.sort((a, b) => this.#of(a).upSince! - this.#of(b).upSince!)
    for (const peer of callers) {
      const known = this.#of(peer)
      // It no longer wants this end, and would be held for ever.
      known.declined = this.#wanted.has(peer) && now - known.usefulAt >= callerIdle
      if (known.declined || choice.chosen.length >= most || !choice.fits(known.way)) continue
      choice.add(peer, known.way)
      if (!this.#wanted.has(peer)) known.usefulAt = now
    }
  }

  #want(peers: readonly string[], now: Milliseconds): void {
    const next = new Set(peers)
    for (const peer of this.#wanted) if (!next.has(peer)) this.#of(peer).triedSince = null
    for (const peer of next) {
      const known = this.#of(peer)
      if (known.upSince !== null || known.triedSince !== null) continue
      known.triedSince = now
      known.failures = 0
    }
    this.#wanted = next
  }

  #of(peer: string): Known {
    const known = this.#known.get(peer)
    if (known !== undefined) return known
    const fresh: Known = {
      way: ANYWHERE,
      upSince: null,
      triedSince: null,
      failures: 0,
      strikes: 0,
      outUntil: 0,
      usefulAt: 0,
      declined: false
    }
    this.#known.set(peer, fresh)
    return fresh
  }

  /** Who has left and holds no link. */
  #forget(members: readonly string[]): void {
    const there = new Set(members)
    for (const [peer, { upSince }] of this.#known) {
      if (upSince === null && !there.has(peer)) this.#known.delete(peer)
    }
  }
}
