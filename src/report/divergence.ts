import { troubleOf } from '../simulation/trouble.ts'
import type { PeerDetail } from '../storage/results.ts'

/** How training went wrong, of all peers together, and what helps; null where it did not. */
export const divergenceOf = (details: readonly PeerDetail[]): string | null => {
  const { skippedSteps, divergedRounds } = troubleOf(details)
  if (skippedSteps === 0 && divergedRounds === 0) return null
  const rounds = details.reduce((sum, detail) => sum + detail.rounds, 0)
  return (
    `${divergedRounds} of ${rounds} rounds of all peers, ${skippedSteps} steps left out; ` +
    'a lower training.learningRate, a warm-up or clipping may help'
  )
}
