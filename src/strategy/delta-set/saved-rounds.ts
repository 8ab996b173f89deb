import type { SavedSighting } from './activity.ts'
import type { SavedPace } from './round-pace.ts'
import type { SavedSettings } from './settings.ts'

/** What the latest local steps have found out. */
export interface Learnt {
  /** Null: there were none, or it is no number. */
  readonly loss: number | null
  readonly samples: number
  /** What they count for; left out where that is the same for all. */
  readonly worth?: number
}

/** What a peer's own rounds go on from. */
export interface SavedRounds {
  /** Own rounds of all lives. */
  readonly done: number
  /** Null: none yet. */
  readonly learnt: Learnt | null
  /** Local steps whose outcome lies in the residual and is in no delta; null: none. */
  readonly unsent: number | null
  /** Others count on this peer: its latest delta was not its last. */
  readonly counts: boolean
  readonly settings: SavedSettings
  readonly pace: SavedPace
  readonly activity: readonly SavedSighting[]
}
