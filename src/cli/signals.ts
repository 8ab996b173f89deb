/** The exit status of a process that Ctrl-C has ended before its work was done: 128 + SIGINT. */
export const STOPPED = 130

/**
 * One Ctrl-C may come twice: from the terminal and from the program that has started this one (npm,
 * timeout). Nobody means the same signal again within so many milliseconds.
 */
const ECHO_MS = 500

/**
 * The first SIGINT or SIGTERM asks for a clean end through the returned signal, the second ends the
 * process at once (exit handlers still run).
 */
export const stopSignal = (): { readonly signal: AbortSignal; readonly release: () => void } => {
  const controller = new AbortController()
  let first: NodeJS.Signals | null = null
  let at = 0
  const onSignal = (name: NodeJS.Signals): void => {
    if (first === null) {
      first = name
      at = performance.now()
      controller.abort()
    } else if (name !== first || performance.now() - at >= ECHO_MS) process.exit(STOPPED)
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
