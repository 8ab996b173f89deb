import type { PeerDetail } from '../storage/results.ts'
import type { Trouble } from '../training/meter.ts'

/** Of all peers together. */
export const troubleOf = (details: readonly PeerDetail[]): Trouble => ({
  skippedSteps: details.reduce((sum, { skippedSteps }) => sum + skippedSteps, 0),
  divergedRounds: details.reduce((sum, { divergedRounds }) => sum + divergedRounds, 0)
})
