import type { ComputeHandlers } from './compute-thread.ts'
import type { Log } from './log.ts'

/** Milliseconds between two lines. */
const EVERY = 5000

/** Says how far the fetching of public data is, and which sources have been given up. */
export const fetchingLog = (log: Log): Pick<ComputeHandlers, 'fetching' | 'notice'> => {
  let said = -Infinity
  return {
    fetching: (done, total) => {
      const now = performance.now()
      if (now - said < EVERY && done < total) return
      said = now
      log.info({ bytes: done, total }, 'fetching public data')
    },
    notice: (text) => log.warn(text)
  }
}
