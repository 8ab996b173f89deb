import type { Company } from './company.ts'
import { Dealer } from './dealer.ts'
import type { Log } from './log.ts'
import type { Session } from './session.ts'
import type { TrainingPhase } from './training-phase.ts'

export interface DealerSetup {
  /** Null: a bootstrap peer. */
  readonly session: Session | null
  readonly company: Company
  readonly phase: TrainingPhase
  readonly log: Log
}

/** Null: what this peer trains on stays what it is. */
export const dealerFor = ({ session, company, phase, log }: DealerSetup): Dealer | null => {
  const sharing = session?.manifest.sharing
  if (session === null || sharing?.kind !== 'public') return null
  return new Dealer({
    compute: session.compute,
    epochRounds: sharing.epochRounds,
    trainers: () => company.training,
    trains: () => phase.role === 'trainer',
    log
  })
}
