import type { RoundOutcome } from '../strategy/driver.ts'
import type { RejectReason } from '../wire/reject.ts'
import { Traffic } from '../wire/traffic.ts'

/** What a peer counts about itself. */
export class PeerCounters {
  readonly traffic = new Traffic()
  readonly rejects = new Map<RejectReason, number>()
  rounds = 0
  /** Neighbours' parts that had not come by a round's deadline, over all rounds. */
  missed = 0

  reject(reason: RejectReason): void {
    this.rejects.set(reason, (this.rejects.get(reason) ?? 0) + 1)
  }

  round({ missed }: RoundOutcome): void {
    this.rounds++
    this.missed += missed
  }
}
