/** The exit status of a process that Ctrl-C has ended before its work was done: 128 + SIGINT. */
export const STOPPED = 130

/**
 * The first SIGINT or SIGTERM asks for a clean end through the returned signal, the second ends the
 * process at once (exit handlers still run).
 */
export const stopSignal = (): { readonly signal: AbortSignal; readonly release: () => void } => {
  const controller = new AbortController()
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(STOPPED)
    controller.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {
    signal: controller.signal,
    release: () => {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    }
  }
}
