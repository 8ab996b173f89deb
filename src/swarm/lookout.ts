type Milliseconds = number

/** One that is looked for has so long to be heard. */
const TURN_MS = 12_000
/** Pause after a turn in vain: it doubles from the first to the longest. */
const PAUSE_MS = [30_000, 60 * 60_000] as const

/** Names that are remembered; a book has 1000. */
const MAX_SOUGHT = 4096

interface Sought {
  /** Of turns in vain. */
  failures: number
  /** A turn lasts until then; null: it has none. */
  until: Milliseconds | null
  /** The next turn may begin then. */
  due: Milliseconds
}

/**
 * Whom to look for next of those that have fallen silent or were never heard. Nobody is given up: who is
 * looked for in vain waits longer for the next turn. A pure state machine over (event, now).
 */
export class Lookout {
  readonly #sought = new Map<string, Sought>()

  /**
   * At most `count` of `names`, which come with the most promising first: those whose turn it is keep it,
   * and then whoever has waited longest. `insist`: also some of those that should rest, rather than nobody.
   */
  turns(
    names: readonly string[],
    count: number,
    now: Milliseconds,
    insist: boolean
  ): readonly string[] {
    this.#end(now)
    const order = names.map((name, index) => ({
      name,
      index,
      due: this.#sought.get(name)?.due ?? 0
    }))
    const busy = order.filter(({ name }) => this.#hasTurn(name)).slice(0, count)
    const idle = order
      .filter(({ name, due }) => !this.#hasTurn(name) && (insist || due <= now))
      .sort((a, b) => a.due - b.due || a.index - b.index)
    const begun = idle.slice(0, count - busy.length)
    for (const { name, due } of begun) {
      const failures = this.#sought.get(name)?.failures ?? 0
      this.#sought.delete(name)
      this.#sought.set(name, { failures, until: now + TURN_MS, due })
      if (this.#sought.size > MAX_SOUGHT) this.forget(this.#sought.keys().next().value!)
    }
    return [...busy, ...begun].map(({ name }) => name)
  }

  /** How often it has been looked for in vain. */
  failures(name: string): number {
    return this.#sought.get(name)?.failures ?? 0
  }

  /** It has been heard, or is of no interest any more. */
  forget(name: string): void {
    this.#sought.delete(name)
  }

  #hasTurn(name: string): boolean {
    return (this.#sought.get(name)?.until ?? null) !== null
  }

  #end(now: Milliseconds): void {
    const [first, longest] = PAUSE_MS
    for (const sought of this.#sought.values()) {
      if (sought.until === null || sought.until > now) continue
      sought.until = null
      sought.due = now + Math.min(longest, first * 2 ** sought.failures)
      sought.failures++
    }
  }
}
