import { readHead } from './body.ts'
import type { Inbox } from './inbox.ts'
import type { Delta } from './kinds.ts'

/**
 * Own deltas of earlier lives, which may be all that is left of them. Each is checked and applied like
 * anybody's, as soon as those before it are there: the inbox has no room for all at once.
 */
export class OwnRecords {
  #waiting: readonly Delta[] = []

  /** Oldest first; of two with one number the later one is right. */
  recall(delta: Delta): void {
    this.#waiting = [...this.#waiting.filter(({ seq }) => seq !== delta.seq), delta]
  }

  /** Hands over what the inbox takes now. `seq`: where this origin stands. */
  offer(inbox: Inbox, seq: number): void {
    let next = 0
    for (; next < this.#waiting.length; next++) {
      const delta = this.#waiting[next]!
      const head = readHead(delta.body)
      if (delta.seq <= seq || typeof head === 'string') continue
      if (!inbox.take({ delta, head, from: null })) break
    }
    if (next > 0) this.#waiting = this.#waiting.slice(next)
  }
}
