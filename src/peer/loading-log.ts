import type { Log } from './log.ts'

/** Milliseconds between two lines. */
const EVERY = 5000

/** Says how far reading is, and when it will be done, to who has waited for a while. */
export const loadingLog = (log: Log): ((done: number) => void) => {
  const began = performance.now()
  let said = began
  return (done) => {
    const now = performance.now()
    if (now - said < EVERY || done === 0) return
    said = now
    const secondsLeft = Math.round(((now - began) / 1000) * (1 / done - 1))
    log.info({ percent: Math.round(100 * done), secondsLeft }, 'reading data')
  }
}
