import { RunFailedError } from '../errors.ts'
import type { RunOptions } from './run-options.ts'

/** Milliseconds within which most data is read: not worth a stage of its own. */
const SILENT = 2000

/**
 * Shows how far reading is, once it has taken a while. Of a run that is stopped meanwhile there is nothing
 * to keep: what it returns throws RunFailedError then.
 */
export const dataProgress = ({
  signal,
  onProgress
}: Pick<RunOptions, 'signal' | 'onProgress'>): ((done: number) => void) => {
  const began = performance.now()
  return (done) => {
    if (signal.aborted) throw new RunFailedError('stopped before the data had been read')
    if (performance.now() - began > SILENT) onProgress({ stage: 'data', done })
  }
}
