/** What tfjs-backend-wasm's Emscripten prelude adds to `process`, recognised by its source text. */
const PRELUDE = {
  uncaughtException: 'instanceof ExitStatus',
  unhandledRejection: 'throw reason'
} as const

/**
 * Starting the wasm backend installs process-wide listeners that throw every uncaught error again,
 * which ends the process with exit code 7 and its location lost. Node's own handling is better.
 */
export const removeEmscriptenListeners = (): void => {
  for (const [event, mark] of Object.entries(PRELUDE)) {
    for (const listener of process.rawListeners(event)) {
      if (String(listener).includes(mark)) process.off(event, listener as () => void)
    }
  }
}
