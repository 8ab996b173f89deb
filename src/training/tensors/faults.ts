import * as tf from '@tensorflow/tfjs-core'
import { RunFailedError } from '../../errors.ts'

/** What backends have reported apart from any call. Of this thread, as tfjs and its backends are. */
const faults = new Map<string, string>()

/** The first one counts: what follows comes of it. */
export const reportFault = (backend: string, message: string): void => {
  if (!faults.has(backend)) faults.set(backend, message)
}

/** @throws RunFailedError where the current backend has reported a fault: its results are worth nothing since. */
export const failIfFaulty = (): void => {
  const fault = faults.get(tf.getBackend())
  if (fault !== undefined) throw new RunFailedError(`the device failed: ${fault}`)
}
