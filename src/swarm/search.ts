type Milliseconds = number

/** dht, local: who else is in the swarm. provide: tell the DHT that this peer is. */
export const ERRANDS = ['dht', 'local', 'provide'] as const

export type Errand = (typeof ERRANDS)[number]

/** Between the first two questions; it doubles up to the longest. */
const FIRST_MS = 2_000
/** The longest of a peer that hears nobody. */
const ALONE_MS = 60_000
/**
 * And in company. All members ask, so each asks the more seldom the more there are: somebody of a half
 * that has lost the other one asks every 15 s.
 */
const COMPANY_MS_EACH = 15_000
const COMPANY_MS = [60_000, 15 * 60_000] as const
/** The first tables of a DHT are small: what was told early is told again soon. */
const FIRST_PROVIDES_MS = [15_000, 60_000, 240_000] as const
const PROVIDE_MS = 20 * 60_000
/** Fewer members than this share of what there were: the swarm may have split. */
const SPLIT = 1 / 2
/** Of an interval: jitter takes off as much at the most, so that peers that fell together part. */
const JITTER = 1 / 2

interface Schedule {
  at: Milliseconds
  /** How often it has been done since it began anew. */
  done: number
}

/**
 * When to ask whom for members that are not known yet, and for ever: a swarm that has split notices it
 * only by asking. A pure state machine over (event, now).
 */
export class Search {
  readonly #random: () => number
  readonly #schedules: Readonly<Record<Errand, Schedule>>
  #others = 0
  /** The most members that have been heard since the last suspicion. */
  #most = 0

  /** `random`: uniform in [0, 1). */
  constructor(now: Milliseconds, random: () => number) {
    this.#random = random
    const first = (): Schedule => ({ at: now, done: 0 })
    this.#schedules = { dht: first(), local: first(), provide: first() }
  }

  /** How many members are heard now, this peer not included. */
  company(others: number, now: Milliseconds): void {
    this.#others = others
    this.#most = Math.max(this.#most, others)
    if (others >= this.#most * SPLIT) return
    this.#most = others
    for (const errand of ERRANDS) this.again(errand, now)
  }

  /** Something has changed: no use in waiting any longer. */
  again(errand: Errand, now: Milliseconds): void {
    const schedule = this.#schedules[errand]
    schedule.done = 0
    schedule.at = Math.min(schedule.at, now)
  }

  /** What is to be done now; each is taken to be done by that. */
  due(now: Milliseconds): readonly Errand[] {
    return ERRANDS.filter((errand) => {
      const schedule = this.#schedules[errand]
      if (schedule.at > now) return false
      schedule.at = now + this.#pause(errand, schedule.done)
      schedule.done++
      return true
    })
  }

  /** The moment at which something is due next. */
  get next(): Milliseconds {
    return Math.min(...ERRANDS.map((errand) => this.#schedules[errand].at))
  }

  #pause(errand: Errand, done: number): Milliseconds {
    return this.#interval(errand, done) * (1 - this.#random() * JITTER)
  }

  #interval(errand: Errand, done: number): Milliseconds {
    if (errand === 'provide') return FIRST_PROVIDES_MS[done] ?? PROVIDE_MS
    return Math.min(this.#longest, FIRST_MS * 2 ** done)
  }

  get #longest(): Milliseconds {
    if (this.#others === 0) return ALONE_MS
    const [shortest, longest] = COMPANY_MS
    return Math.min(longest, Math.max(shortest, COMPANY_MS_EACH * (this.#others + 1)))
  }
}
