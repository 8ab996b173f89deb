import { kindName } from '../../strategy/kind-name.ts'
import type { Milliseconds } from '../../strategy/strategy.ts'
import { Traffic } from '../../wire/traffic.ts'
import { RateWindow } from './rate-window.ts'
import type { PeerStatus } from './status.ts'

/** Bytes by kind, and how fast they go. */
export class TrafficStatus {
  readonly #frames = new Traffic()
  readonly #up = new RateWindow()
  readonly #down = new RateWindow()

  sent(kind: number, bytes: number): void {
    this.#frames.countSent(kind, bytes)
  }

  received(bytes: number): void {
    this.#frames.countReceived(bytes)
  }

  /** Totals of the sockets. */
  tick(socketSent: number, socketReceived: number, now: Milliseconds): void {
    this.#up.add(socketSent, now)
    this.#down.add(socketReceived, now)
  }

  status(strategy: string, socketSent: number, socketReceived: number): PeerStatus['bytes'] {
    const { sent, sentBytes, receivedBytes } = this.#frames
    return {
      sent: sentBytes,
      received: receivedBytes,
      sentByKind: Object.fromEntries(
        [...sent].map(([kind, amount]) => [kindName(strategy, kind) ?? String(kind), { ...amount }])
      ),
      socketSent,
      socketReceived,
      upRate: this.#up.perSecond ?? 0,
      downRate: this.#down.perSecond ?? 0
    }
  }
}
