import type { PeerName } from '../strategy.ts'
import type { Message } from './kinds.ts'

type Push = Extract<Message, { kind: 'push' }>

/** Pushes that came before this end's own of that round: the latest of each peer says all. */
export class Early {
  readonly #pushes = new Map<PeerName, Push>()

  hold(from: PeerName, push: Push): void {
    const known = this.#pushes.get(from)
    if (known !== undefined && known.flow === push.flow && known.number > push.number) return
    this.#pushes.set(from, push)
  }

  /** Of a connection that is gone: the next push on another says it again. */
  drop(peer: PeerName): void {
    this.#pushes.delete(peer)
  }

  /** Gives those away that are of this round, or of one before it. */
  take(round: number): ReadonlyArray<readonly [PeerName, Push]> {
    const due = [...this.#pushes].filter(([, push]) => push.round <= round)
    for (const [peer] of due) this.#pushes.delete(peer)
    return due
  }
}
