/** Turns completed rounds into records, log lines and presence. */
import type { Network } from '../network/network.ts'
import type { RoundRecord } from '../storage/round-record.ts'
import type { PeerCounters } from '../strategy/counters.ts'
import type { RoundOutcome } from '../strategy/driver.ts'
import { roundsOf } from '../swarm/recipe.ts'
import type { Measure } from './compute-messages.ts'
import type { ComputeThread } from './compute-thread.ts'
import type { PeerConfig } from './config.ts'
import type { Log } from './log.ts'

/** As many as a presence may carry (network/presence.ts). */
const MAX_ADDRESSES = 4
const LOOPBACK = /^\/(ip4\/127\.|ip6\/::1\/)/

const DIVERGING =
  'training diverges: steps without a finite gradient are left out; the swarm needs a lower ' +
  'training.learningRate, a warm-up or clipping (training.warmup, training.clip)'

type Alarming = Pick<Measure, 'diverging' | 'trouble'>

export interface ReporterParts {
  readonly config: PeerConfig
  readonly compute: ComputeThread
  readonly network: Network
  readonly counters: PeerCounters
  readonly log: Log
  readonly onRecord: (record: RoundRecord) => void
}

export class Reporter {
  readonly #parts: ReporterParts
  readonly #began = performance.now()
  #diverging = false
  #skippedSteps = 0

  constructor(parts: ReporterParts) {
    this.#parts = parts
  }

  /** Asked for when a round completes, it sees that round's mixing and nothing of the next. */
  measure(evaluate: boolean): Promise<Measure> {
    return new Promise((resolve) => {
      this.#parts.compute.request({ type: 'measure', evaluate }, (answer) => {
        if (answer.type === 'measure') resolve(answer.measure)
      })
    })
  }

  announce(round: number, loss: number | null): void {
    const { network } = this.#parts
    const all = network.addresses()
    // Others cannot use this machine's loopback address, unless it is all there is: a simulation.
    const outside = all.filter((address) => !LOOPBACK.test(address))
    const addresses = (outside.length > 0 ? outside : all).slice(0, MAX_ADDRESSES)
    network.announce({ round, loss, addresses })
  }

  /** Once for every time that training begins to go wrong. */
  #alarm(round: number, loss: number | null, { diverging, trouble }: Alarming): void {
    const { skippedSteps } = trouble
    if ((diverging && !this.#diverging) || (skippedSteps > 0 && this.#skippedSteps === 0)) {
      this.#parts.log.warn({ round, loss, skippedSteps }, DIVERGING)
    }
    this.#diverging = diverging
    this.#skippedSteps = skippedSteps
  }

  async completed({ round, heard, missed }: RoundOutcome): Promise<void> {
    const { config, counters, log, onRecord } = this.#parts
    const atMs = performance.now() - this.#began
    const { sentBytes: bytesSent, receivedBytes: bytesReceived } = counters.traffic
    const last = round + 1 === roundsOf(config.manifest.training)
    const due = last || (round + 1) % config.evaluateEvery === 0
    const { loss, accuracy, testLoss, ...rest } = await this.measure(due)
    this.#alarm(round, loss, rest)
    const { shard: peer } = config
    const measured = { loss, accuracy, testLoss, heard, missed, bytesSent, bytesReceived }
    const times = { computeMs: null, exchangeMs: null }
    onRecord({ peer, round, atMs, ...measured, ...times })
    if (due) log.info({ round, loss, accuracy, heard, missed }, 'round completed')
    this.announce(round, loss)
  }
}
