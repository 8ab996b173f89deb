import type { Sha256 } from '../../context.ts'
import type { PeerName } from '../../strategy.ts'
import type { HeldDeltas } from '../held-deltas.ts'
import type { Signatures, Verifications } from '../questions.ts'
import type { Spread } from '../spread.ts'
import type { Stage } from '../stage.ts'

/** What those who give and those who take snapshots work with. */
export interface SnapshotParts {
  readonly self: PeerName
  /** Hexadecimal hash. */
  readonly manifest: string
  /** Parameters of the model. */
  readonly length: number
  /** Of chunks. */
  readonly sha256: Sha256
  readonly stage: Stage
  readonly held: HeldDeltas
  readonly spread: Spread
  readonly signatures: Signatures
  readonly verifications: Verifications
}
