import type { Progress } from '../strategy/strategy.ts'
import type { Log } from './log.ts'

/** Milliseconds between two lines. */
const EVERY = 2000

/** Says how far the replica of the others is that a peer fetches, to who has waited for a while. */
export const joiningLog = (log: Log): ((progress: Progress | null) => void) => {
  let said: number | null = null
  return (progress) => {
    const now = performance.now()
    if (progress === null) said = null
    else if (said === null || now - said >= EVERY || progress.bytes === progress.total) {
      said = now
      log.info(progress, 'fetching the replica of the others')
    }
  }
}
