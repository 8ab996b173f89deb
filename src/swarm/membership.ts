type Milliseconds = number

/** Without a word for this long, a member that no config names is taken to have left. */
const SILENCE_MS = 5 * 60_000

/**
 * Who is in the swarm, as far as this peer knows: those its config names, for as long as it runs,
 * and those heard of through presence, until they fall silent. A pure state machine over (event, now).
 */
export class Membership {
  readonly #configured: ReadonlySet<string>
  readonly #heard = new Map<string, Milliseconds>()

  constructor(configured: Iterable<string>) {
    this.#configured = new Set(configured)
  }

  get others(): readonly string[] {
    return [...new Set([...this.#configured, ...this.#heard.keys()])].sort()
  }

  /** Returns whether the members changed. */
  present(peer: string, now: Milliseconds): boolean {
    const known = this.#configured.has(peer) || this.#heard.has(peer)
    this.#heard.set(peer, now)
    return !known
  }

  /** Drops those that have fallen silent; returns whether the members changed. */
  expire(now: Milliseconds): boolean {
    let changed = false
    for (const [peer, at] of this.#heard) {
      if (now - at < SILENCE_MS) continue
      this.#heard.delete(peer)
      changed ||= !this.#configured.has(peer)
    }
    return changed
  }
}
