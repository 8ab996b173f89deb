/** When a peer that has come may begin: it has met its neighbours, and has what they have. */
import type { Milliseconds, PeerName } from '../strategy.ts'
import type { HeldDeltas } from './held-deltas.ts'
import type { Snapshots } from './snapshot/snapshots.ts'
import type { Spread } from './spread.ts'
import type { Stage } from './stage.ts'

/** How long the other neighbours have to greet once one has: some may be gone. */
const MEETING_MS = 1000
/** How long one that has taken a snapshot waits for what comes after it. */
const NEWER_MS = 10_000

export interface GatheringParts {
  readonly self: PeerName
  readonly stage: Stage
  readonly held: HeldDeltas
  readonly spread: Spread
  readonly snapshots: Snapshots
}

export class Gathering {
  readonly #parts: GatheringParts
  /** When the first neighbour had greeted. */
  #metAt: Milliseconds | null = null
  /** False once neighbours, and what they have, were waited for long enough. */
  #patient = true
  /** When a snapshot has taken the place of what this peer had. */
  #restoredAt: Milliseconds | null = null

  constructor(parts: GatheringParts) {
    this.#parts = parts
  }

  start(patience: Milliseconds): void {
    this.#parts.stage.timer('start', patience)
  }

  /** A snapshot has been taken. Own deltas that it lacks and nobody can serve are void. */
  restored(): void {
    this.#restoredAt = this.#parts.stage.now
  }

  /** `highest`: the highest own number that was ever signed. */
  losePatience(highest: number): void {
    this.#patient = false
    const { held, self, stage } = this.#parts
    const seq = held.seq(self)
    if (highest <= seq) return
    stage.notice(
      `this peer has signed ${highest} deltas and finds only the first ${seq}: it waits for a ` +
        'neighbour that has the others, or a snapshot'
    )
  }

  complete(highest: number): boolean {
    const { held, spread, snapshots, self } = this.#parts
    if (snapshots.fetching || snapshots.needed || this.#isRenewing) return false
    // Own deltas that are missing may still come; what a snapshot has left out will not.
    if (highest > held.seq(self)) return this.#restoredAt !== null && !spread.behind
    // What neighbours only say of it is waited for, too, but not for ever.
    const behind = spread.behind || snapshots.hoped
    const lacking = behind || spread.offered(self) > held.seq(self)
    return !this.#patient || (this.#met && !lacking)
  }

  /** The snapshot may be an old one: what the neighbours have beyond it is waited for, be it another. */
  get #isRenewing(): boolean {
    const { snapshots, spread, stage } = this.#parts
    const isRecent = this.#restoredAt !== null && stage.now < this.#restoredAt + NEWER_MS
    return isRecent && (snapshots.asking || spread.behind || snapshots.hoped)
  }

  /** All neighbours have greeted, or one has, and the others have had time to. */
  get #met(): boolean {
    const { spread, stage } = this.#parts
    if (spread.greeted) return true
    if (!spread.anyGreeted) return false
    if (this.#metAt === null) {
      this.#metAt = stage.now
      stage.timer('met', MEETING_MS)
    }
    return stage.now >= this.#metAt + MEETING_MS
  }
}
