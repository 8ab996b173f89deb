import type { Path } from '../../network/path.ts'
import type { Reachability } from '../../network/reachability.ts'
import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'
import { type LoopDelay, LoopWatch } from './loop-delay.ts'
import type { PeerStatus } from './status.ts'

/** What a monitor looks at by itself. */
export interface Readings {
  /** Only goes forward. */
  now(): Milliseconds
  /** Since 1970. */
  wall(): Milliseconds
  /** Of the whole process, all threads. */
  cpuSeconds(): number
  rssBytes(): number
  /** Since the last look. */
  loopDelay(): LoopDelay
  socketSent(): number
  socketReceived(): number
  reach(): Reachability
  /** Null: there is no connection. */
  path(peer: PeerName): Path | null
  /** The latest that is known. */
  disk(): PeerStatus['disk']
  close(): void
}

export type OwnReadings = Pick<
  Readings,
  'socketSent' | 'socketReceived' | 'reach' | 'path' | 'disk'
>

const MICROSECONDS = 1e6

/** Those of this process; the rest is whoever's who has the sockets and the data directory. */
export const processReadings = (own: OwnReadings): Readings => {
  const loop = new LoopWatch()
  return {
    ...own,
    now: () => performance.now(),
    wall: () => Date.now(),
    cpuSeconds: () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / MICROSECONDS
    },
    rssBytes: () => process.memoryUsage.rss(),
    loopDelay: () => loop.take(),
    close: () => loop.close()
  }
}
