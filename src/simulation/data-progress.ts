import type { RunOptions } from './run-options.ts'

/** Milliseconds within which most data is read: not worth a stage of its own. */
const SILENT = 2000

/** Shows how far reading is, once it has taken a while. */
export const dataProgress = ({
  onProgress
}: Pick<RunOptions, 'onProgress'>): ((done: number) => void) => {
  const began = performance.now()
  return (done) => {
    if (performance.now() - began > SILENT) onProgress({ stage: 'data', done })
  }
}
