import type { PeerName } from '../strategy.ts'

/** Which peers train in a round; a function of its arguments alone, the same at every peer. */
export interface Sampling {
  /** Of the whole run: after the last one nobody is drawn. */
  readonly rounds: number
  /** Some of `trainers`, at least one where there is one. */
  draw(round: number, trainers: readonly PeerName[]): readonly PeerName[]
}
