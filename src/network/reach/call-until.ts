import { setTimeout as delay } from 'node:timers/promises'
import type { Connection } from '@libp2p/interface'
import type { Milliseconds } from '../../strategy/strategy.ts'

/** What a NAT refused is let in once the other end has called, too. */
const AGAIN: Milliseconds = 150

/** Calls until somebody answers. @throws when `signal` aborts before that; afterwards it means nothing */
export const callUntil = async (
  call: (signal: AbortSignal) => Promise<Connection>,
  signal: AbortSignal
): Promise<Connection> => {
  for (;;) {
    signal.throwIfAborted()
    // A socket stays bound to the signal that it was made with.
    const attempt = new AbortController()
    const abort = (): void => attempt.abort()
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await call(attempt.signal)
    } catch {
      await delay(AGAIN, undefined, { signal })
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }
}
