/** Turns completed rounds into records, log lines, curves and presence. */
import type { RoundRecord } from '../storage/round-record.ts'
import type { PeerCounters } from '../strategy/counters.ts'
import type { RoundOutcome } from '../strategy/driver.ts'
import { roundsOf } from '../swarm/recipe.ts'
import type { Company } from './company.ts'
import { ask, type ComputeThread } from './compute-thread.ts'
import type { PeerConfig } from './config.ts'
import type { Log } from './log.ts'
import type { Monitor } from './monitor/monitor.ts'

export interface ReporterParts {
  readonly config: PeerConfig
  readonly compute: ComputeThread
  readonly company: Company
  readonly monitor: Monitor
  readonly counters: PeerCounters
  readonly log: Log
  readonly onRecord: (record: RoundRecord) => void
}

export class Reporter {
  readonly #parts: ReporterParts
  readonly #began = performance.now()

  constructor(parts: ReporterParts) {
    this.#parts = parts
  }

  async completed({ round, heard, missed }: RoundOutcome): Promise<void> {
    const { config, compute, counters, log, monitor, company, onRecord } = this.#parts
    const atMs = performance.now() - this.#began
    const { sentBytes: bytesSent, receivedBytes: bytesReceived } = counters.traffic
    const last = round + 1 === roundsOf(config.manifest.training)
    const due = last || (round + 1) % config.evaluateEvery === 0
    // Asked for when a round completes, it sees that round's mixing and nothing of the next.
    const { measure: measured } = await ask<'measure'>(compute, { type: 'measure', evaluate: due })
    const { loss, accuracy, testLoss, trouble, diverging } = measured
    const figures = { loss, accuracy, testLoss, heard, missed, bytesSent, bytesReceived }
    const times = { computeMs: null, exchangeMs: null }
    const record = { peer: config.shard, round, atMs, ...figures, ...times }
    onRecord(record)
    monitor.round(record)
    monitor.trouble(trouble, diverging)
    monitor.compute({ busySeconds: measured.computeSeconds, cpuSeconds: measured.cpuSeconds })
    if (due) log.info({ round, loss, accuracy, heard, missed }, 'round completed')
    company.say({ round: round + 1, loss })
  }
}
