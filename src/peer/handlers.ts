import type { NetworkHandlers } from '../network/network.ts'
import type { PeerCounters } from '../strategy/counters.ts'
import { CREDIT_KIND } from '../wire/link-end.ts'
import type { Company } from './company.ts'
import type { Log } from './log.ts'
import type { Monitor } from './monitor/monitor.ts'
import type { RunningStrategy } from './run-strategy.ts'

export interface HandlerParts {
  readonly log: Log
  readonly monitor: Monitor
  readonly counters: PeerCounters
  readonly company: () => Company
  /** Null: there is none yet, or never will be. */
  readonly strategy: () => RunningStrategy | null
}

/** Who is told of what the network reports. None of these is called while the network is being made. */
export const networkHandlers = ({
  log,
  monitor,
  counters,
  company,
  strategy
}: HandlerParts): NetworkHandlers => ({
  link: (peer, state) => {
    log.info({ peer, state }, 'link')
    monitor.link(peer, state)
    company().link(peer, state)
    strategy()?.link(peer, state)
  },
  message: (peer, channel, frame, consumed) => {
    const running = strategy()
    if (running === null) consumed()
    else running.frame(peer, channel, frame, consumed)
  },
  rejected: (peer, reason) => {
    counters.reject(reason)
    monitor.rejected(peer, reason)
    log.warn({ peer, reason }, 'frame rejected')
  },
  sent: (peer, kind, bytes) => {
    // The strategy's own are counted when they are handed over (run-strategy.ts).
    if (kind !== CREDIT_KIND) return
    counters.traffic.countSent(kind, bytes)
    monitor.sent(peer, kind, bytes)
  },
  received: (peer, _kind, bytes) => {
    counters.traffic.countReceived(bytes)
    monitor.received(peer, bytes)
  },
  presence: (peer, said) => {
    company().presence(peer, said)
    strategy()?.announced(peer, said.addresses)
  },
  failed: (peer) => strategy()?.failed(peer),
  found: (peer, addresses, by) => company().found(peer, addresses, by),
  refused: (peer, why, by, text) => {
    monitor.turnedAway(peer, why, by)
    // Peers of other swarms share the DHT with this one.
    const level = why === 'other-swarm' ? 'debug' : 'warn'
    log[level]({ peer, why, by }, text)
  },
  path: (peer, { kind, address }) => {
    log.info({ peer, kind, address }, 'path')
    company().reached(peer, address)
  }
})
