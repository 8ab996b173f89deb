import type { Connection } from '@libp2p/interface'
import type { Milliseconds } from '../../strategy/strategy.ts'
import type { Refusal } from '../../swarm/admission.ts'
import type { Verdict } from '../../swarm/passes.ts'

/** What the two ends of one connection think of each other. */
export class Standing {
  readonly connection: Connection
  /** What the other end thinks of this one; null: it has not said so yet. */
  #theirs: Verdict | null = null
  #theirsAt: Milliseconds = -Infinity
  #asking: Promise<boolean> | null = null
  /** What this end thinks of the other. */
  #ours: Verdict | null = null
  /** Questions of the other end that have not been forgotten yet. */
  #questions = 0
  #askedAt: Milliseconds = -Infinity
  readonly #told = new Set<string>()
  readonly #waiting = new Set<(admitted: boolean) => void>()
  #over = false

  constructor(connection: Connection) {
    this.connection = connection
  }

  get theirs(): Verdict | null {
    return this.#theirs
  }

  /** The connection is gone. */
  end(): void {
    this.#over = true
    this.#wake(false)
  }

  judge(verdict: Verdict): void {
    this.#ours = verdict
    this.#wake(verdict === 'admitted')
  }

  /** Whether the other end has been admitted; waits until it has shown what it has. */
  untilJudged(patience: Milliseconds): Promise<boolean> {
    if (this.#over) return Promise.resolve(false)
    if (this.#ours !== null) return Promise.resolve(this.#ours === 'admitted')
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(false), patience).unref()
      const settle = (admitted: boolean): void => {
        clearTimeout(timer)
        this.#waiting.delete(settle)
        resolve(admitted)
      }
      this.#waiting.add(settle)
    })
  }

  /** Whether the other end welcomes this one: `ask` says, unless it was asked within `again`. */
  asked(again: Milliseconds, ask: () => Promise<Verdict>): Promise<boolean> {
    if (this.#theirs === 'admitted') return Promise.resolve(true)
    if (performance.now() - this.#theirsAt < again) return Promise.resolve(false)
    this.#asking ??= this.#ask(ask)
    return this.#asking
  }

  async #ask(ask: () => Promise<Verdict>): Promise<boolean> {
    try {
      this.#theirs = await ask()
      return this.#theirs === 'admitted'
    } catch {
      // It speaks no such protocol, or hung up.
      return false
    } finally {
      this.#theirsAt = performance.now()
      this.#asking = null
    }
  }

  /** False: it has asked too often of late: more than `burst` times, and once in `every` since. */
  mayAsk(burst: number, every: Milliseconds): boolean {
    const now = performance.now()
    this.#questions = Math.max(0, this.#questions - (now - this.#askedAt) / every)
    this.#askedAt = now
    if (this.#questions + 1 > burst) return false
    this.#questions++
    return true
  }

  /** Whether people have not been told yet. */
  isNews(by: 'self' | 'other', why: Refusal): boolean {
    const word = `${by} ${why}`
    if (this.#told.has(word)) return false
    this.#told.add(word)
    return true
  }

  #wake(admitted: boolean): void {
    for (const settle of [...this.#waiting]) settle(admitted)
  }
}
