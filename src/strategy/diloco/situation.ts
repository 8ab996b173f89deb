import { Stage } from '../stage.ts'
import type { PeerName } from '../strategy.ts'
import type { Company } from './company.ts'
import type { DilocoKinds, Job, Message, Stance } from './kinds.ts'

/**
 * gathering: waiting for the first neighbours, or for the swarm's state; running; leaving: no more
 * rounds; parting: nobody needs this peer, and the last checkpoint is taken; finished.
 */
export type Phase = 'gathering' | 'running' | 'leaving' | 'parting' | 'finished'

const NOWHERE: Stance = { round: 0, merit: 0, id: '0'.repeat(16) }

/** What all parts of one peer's protocol half share: where it is, and what it does next. */
export class Situation extends Stage<DilocoKinds> {
  readonly self: PeerName
  readonly #company: Company
  phase: Phase = 'gathering'
  round: number
  trains: boolean
  /** As it was when the compute half last said where it stands. */
  latest = NOWHERE
  /** Jobs under way after which the compute half stands elsewhere. */
  #unsettled = 0

  constructor(self: PeerName, round: number, trains: boolean, company: Company) {
    super()
    this.self = self
    this.round = round
    this.trains = trains
    this.#company = company
  }

  /** Null while it is about to be another. */
  get stance(): Stance | null {
    return this.#unsettled > 0 ? null : this.latest
  }

  /** One of those jobs is done. True if it was the last. */
  settled(merit: number, id: string): boolean {
    this.#unsettled--
    if (this.#unsettled > 0) return false
    this.latest = { round: this.round, merit, id }
    return true
  }

  /** A job after which the compute half stands elsewhere. */
  settle(job: Job): void {
    this.#unsettled++
    this.compute(job)
  }

  broadcast(message: Message): void {
    for (const peer of this.#company.present) this.send(peer, message)
  }
}
