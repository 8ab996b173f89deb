/**
 * Loaded before the program (NODE_OPTIONS=--import=...): the clock on the wall begins at TEST_CLOCK_AT, a
 * time of JavaScript's, and leaps by TEST_CLOCK_LEAP_MS at every SIGUSR2. performance.now() stays as it is.
 */
import { isMainThread } from 'node:worker_threads'

const RealDate = Date
const { TEST_CLOCK_AT, TEST_CLOCK_LEAP_MS = '0' } = process.env
let ahead = TEST_CLOCK_AT === undefined ? 0 : Date.parse(TEST_CLOCK_AT) - Date.now()

class MovedDate extends RealDate {
  constructor(...given: readonly []) {
    if (given.length === 0) super(MovedDate.now())
    else super(...given)
  }

  static override now(): number {
    return RealDate.now() + ahead
  }
}

globalThis.Date = MovedDate as DateConstructor
if (isMainThread) {
  process.on('SIGUSR2', () => {
    ahead += Number(TEST_CLOCK_LEAP_MS)
  })
}
