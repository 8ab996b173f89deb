/** A peer without a ring: waits for one to take it in, or for enough others to begin one with. */
import type { Milliseconds, PeerName } from '../strategy.ts'
import type { Roll } from './roll.ts'
import type { Stage } from './stage.ts'

export interface GatheringOptions {
  readonly self: PeerName
  readonly planned: number
  readonly floor: Milliseconds
  readonly startPatience: Milliseconds
}

export interface GatheringHooks {
  /** It is in no ring, and tries to make none. */
  isFree(): boolean
  /** How many steps its replica has. */
  step(): number
  /** Try to make one. */
  found(): void
}

export class Gathering {
  readonly #stage: Stage
  readonly #options: GatheringOptions
  readonly #roll: Roll
  readonly #hooks: GatheringHooks
  /** It has waited for long enough, and for longer, for those whose turn it is. */
  #impatience = 0
  #begun = false
  /** Until when it waits for all that there are to be. */
  #until: Milliseconds = 0

  constructor(stage: Stage, options: GatheringOptions, roll: Roll, hooks: GatheringHooks) {
    this.#stage = stage
    this.#options = options
    this.#roll = roll
    this.#hooks = hooks
  }

  begin(): void {
    const { startPatience, floor } = this.#options
    if (!this.#begun) this.#until = this.#stage.now + startPatience
    // Later in its life it knows who there is.
    this.#stage.timer('gather', this.#begun ? 2 * floor : startPatience)
    this.#begun = true
    this.#impatience = 0
  }

  /** It starts, and waits for all: whoever is slow now has a busy machine, and is not dead. */
  get isPatient(): boolean {
    return this.#stage.now < this.#until
  }

  timeUp(name: string): void {
    if (name !== 'gather' || !this.#hooks.isFree()) return
    this.#impatience++
    this.#stage.timer('gather', (1 + this.#before) * this.#options.floor)
    this.look()
  }

  /** Something has changed that may be what it has waited for. */
  look(): void {
    if (!this.#begun || !this.#hooks.isFree() || this.#isAwaited) return
    if (this.#impatience === 0 && !this.#isComplete) return
    if (this.#before === 0 || this.#impatience > 1) this.#hooks.found()
  }

  /** There is a ring that is as far, at least: it will take this peer in. */
  get #isAwaited(): boolean {
    for (const [, { ring, mark, leaving }] of this.#roll.known()) {
      if (ring !== null && !leaving && mark.step + 1 >= this.#hooks.step()) return true
    }
    return false
  }

  /** All that there are to be are there. */
  get #isComplete(): boolean {
    const { wanted } = this.#roll
    return (
      wanted.length + 1 >= this.#options.planned &&
      wanted.every((peer) => this.#roll.status(peer)?.ring === null)
    )
  }

  /** How many others have their turn before this peer. */
  get #before(): number {
    let count = 0
    for (const [peer, { ring, leaving }] of this.#roll.known()) {
      if (ring === null && !leaving && peer < this.#options.self) count++
    }
    return count
  }
}
