import { InvalidInputError, RunFailedError } from '../errors.ts'
import { replicaBytes } from '../storage/replica-file.ts'
import { manifestHash } from '../swarm/manifest.ts'
import type { Measure } from './compute-messages.ts'
import { ask, type ComputeThread } from './compute-thread.ts'
import type { Session } from './session.ts'

/** What a peer that holds a replica can be asked for. All reject when the compute thread dies. */
export interface Questions {
  /** On the test set, too. */
  measure(): Promise<Measure>
  /** Rejects with file, reason and remedy when the disk refuses it, too. */
  save(path: string): Promise<void>
  /** As a safetensors file. */
  replica(): Promise<Uint8Array>
  /** A hash that equal replicas share; null where the strategy has none. */
  fingerprint(): Promise<string | null>
}

export interface QuestionParts {
  /** Null: a bootstrap peer. */
  readonly session: Session | null
  readonly round: () => number
  readonly crashed: Promise<never>
}

export const questionsFor = ({ session, round, crashed }: QuestionParts): Questions => {
  /** @throws InvalidInputError where there is no replica */
  const held = (): ComputeThread => {
    if (session !== null) return session.compute
    const rule = 'a bootstrap peer has no replica'
    const remedy = 'ask a trainer or an observer'
    throw new InvalidInputError([{ path: 'role', rule, remedy }])
  }
  const inTime = <T>(asked: Promise<T>): Promise<T> => Promise.race([asked, crashed])
  return {
    measure: async () =>
      (await inTime(ask<'measure'>(held(), { type: 'measure', evaluate: true }))).measure,
    save: async (path) => {
      const { refused } = await inTime(ask<'save'>(held(), { type: 'save', path }))
      if (refused !== null) throw new RunFailedError(refused)
    },
    fingerprint: async () => {
      const { fingerprint } = await inTime(ask<'fingerprint'>(held(), { type: 'fingerprint' }))
      return fingerprint
    },
    replica: async () => {
      const { layout } = held()
      const { replica } = await inTime(ask<'replica'>(held(), { type: 'replica' }))
      const { manifest } = session!
      const metadata = {
        format: 'pt',
        manifest: manifestHash(manifest),
        model: manifest.model.name,
        round: String(round())
      }
      return replicaBytes(layout, replica, metadata)
    }
  }
}
