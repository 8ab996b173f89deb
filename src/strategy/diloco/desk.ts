import type { PeerName } from '../strategy.ts'
import type { Message, Result } from './kinds.ts'

/** Those who have asked for a state, and the round that it will be of; in the order of the jobs. */
export class Desk {
  readonly #asked: Array<{ readonly peer: PeerName; readonly round: number }> = []

  /** False: it has asked already, and will be given it. */
  ask(peer: PeerName, round: number): boolean {
    if (this.#asked.some((one) => one.peer === peer)) return false
    this.#asked.push({ peer, round })
    return true
  }

  /** To whom the state that has been copied goes, and as what. */
  give(result: Extract<Result, { kind: 'state' }>): readonly [PeerName, readonly Message[]] {
    const { peer, round } = this.#asked.shift()!
    const { id, merit, samples, parameters, momentum } = result
    const common = { kind: 'state', stance: { round, merit, id }, samples } as const
    return [
      peer,
      [
        { ...common, vector: 'parameters', bytes: parameters },
        { ...common, vector: 'momentum', bytes: momentum }
      ]
    ]
  }
}
