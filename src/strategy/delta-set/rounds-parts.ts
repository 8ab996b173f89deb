import type { Milliseconds, PeerName } from '../strategy.ts'
import type { CensusOptions } from './census.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { Comparisons } from './comparisons.ts'
import type { DraftingOptions } from './drafting.ts'
import type { HeldDelta, HeldDeltas } from './held-deltas.ts'
import type { Application } from './kinds.ts'
import type { Signatures } from './questions.ts'
import type { Snapshots } from './snapshot/snapshots.ts'
import type { Spread } from './spread.ts'
import type { Stage } from './stage.ts'
import type { SwarmClockOptions } from './swarm-clock.ts'

export interface RoundsOptions extends DraftingOptions, CensusOptions, SwarmClockOptions {
  /** Hexadecimal hash. */
  readonly manifest: string
  /** Rounds of each peer, when all are alike. */
  readonly rounds: number
  readonly bounds: DraftingOptions['bounds']
  readonly interval: Milliseconds
  readonly startPatience: Milliseconds
  /** False: it follows until it is told to train. */
  readonly trains: boolean
}

/** What rounds work with. */
export interface RoundsParts {
  readonly self: PeerName
  readonly stage: Stage
  readonly held: HeldDeltas
  readonly spread: Spread
  readonly snapshots: Snapshots
  readonly signatures: Signatures
  readonly checkpoints: Checkpoints
  readonly comparisons: Comparisons
  /** Puts an own delta into the set. */
  readonly accept: (delta: HeldDelta) => Application
}
