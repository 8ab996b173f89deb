import type { Milliseconds } from '../strategy.ts'
import type { Install } from './kinds.ts'
import type { Mark } from './mark.ts'

/** What else this peer is and does. */
export interface Ground {
  readonly mark: Mark
  readonly trains: boolean
  readonly leaving: boolean
  /** All steps have been made. */
  readonly ended: boolean
  readonly pace: number
  readonly busy: Milliseconds
  /** How long a step may stand still. */
  readonly patience: Milliseconds
  /** No step goes on until another view begins. */
  freeze(): void
  installed(install: Install): void
  /** The replica stands still, and members may take it. */
  serve(install: Install): void
  begun(): void
  /** A view has begun without this peer. */
  leftOut(): void
}
