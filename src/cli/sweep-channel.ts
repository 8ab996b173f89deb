/** Between a sweep and its runs, each a process of its own: how far a run is, and that it is not alone. */
import type { Progress } from '../simulation/run-options.ts'

/** Set for the runs of a sweep: a channel alone might be that of any program. */
export const SWEEP_RUN = 'SWARMGRAD_SWEEP_RUN'

const INTERVAL_MS = 500

/**
 * In a run of a sweep: returns what tells the sweep of progress, and ends the process when the sweep
 * dies. Anywhere else it does nothing.
 */
export const sweepChannel = (): ((progress: Progress) => void) => {
  if (process.env[SWEEP_RUN] === undefined || process.send === undefined) return () => {}
  process.once('disconnect', () => process.exit(1))
  // Listening would keep the process from ending by itself.
  process.channel?.unref()
  let told = Number.NEGATIVE_INFINITY
  let stage = ''
  return (progress) => {
    const now = performance.now()
    if (progress.stage === stage && now - told < INTERVAL_MS) return
    told = now
    stage = progress.stage
    if (process.connected) process.send?.(progress, undefined, undefined, () => {})
  }
}
