import type { Milliseconds } from '../../strategy/strategy.ts'

/** Observers that are remembered, the latest of each address; and for how long. */
const MOST = 16
const FORGOTTEN_AFTER = 3_600_000

interface Observation {
  /** IP address and port that calls from the fixed port were seen to come from. */
  readonly seen: string
  readonly at: Milliseconds
}

/**
 * How a NAT maps one local port (RFC 4787, section 4.1): what peers at different addresses have seen
 * the same port as. Equal: endpoint-independent, and holes can be punched.
 */
export class Mapping {
  readonly #observations = new Map<string, Observation>()

  /** `observer`: its IP address; `seen`: ours and the port, as it sees them. */
  observe(observer: string, seen: string, now: Milliseconds): void {
    this.#observations.delete(observer)
    this.#observations.set(observer, { seen, at: now })
    if (this.#observations.size > MOST) {
      this.#observations.delete(this.#observations.keys().next().value!)
    }
  }

  /** It does not see this peer any more. */
  forget(observer: string): void {
    this.#observations.delete(observer)
  }

  #recent(now: Milliseconds): readonly string[] {
    return [...this.#observations.values()].flatMap(({ seen, at }) =>
      now - at < FORGOTTEN_AFTER ? [seen] : []
    )
  }

  /** How many have seen it. */
  observers(now: Milliseconds): number {
    return this.#recent(now).length
  }

  /** What has been seen, the most frequent first, the latest of equals first. */
  seen(now: Milliseconds): readonly string[] {
    const counts = new Map<string, number>()
    for (const seen of this.#recent(now).toReversed()) {
      counts.set(seen, (counts.get(seen) ?? 0) + 1)
    }
    return [...counts].sort(([, a], [, b]) => b - a).map(([seen]) => seen)
  }

  /** Null: fewer than two observers. One that lies, or that has an old answer, is outvoted. */
  verdict(now: Milliseconds): 'one' | 'each' | null {
    const recent = this.#recent(now)
    if (recent.length < 2) return null
    const [most] = this.seen(now)
    return recent.filter((seen) => seen === most).length > recent.length / 2 ? 'one' : 'each'
  }
}
