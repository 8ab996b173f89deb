/** What a comparison keeps of a run's results. */
import type { HistoryEntry, Results } from '../../storage/results.ts'

/** A moment at which replicas were evaluated. */
export interface Moment {
  readonly round: number
  readonly bytes: number
  readonly seconds: number
  readonly accuracy: number | null
  readonly loss: number | null
}

export interface ComparedFigures {
  readonly accuracy: Results['accuracy']
  readonly loss: Results['loss']
  readonly validation: Results['validation']
  readonly bytesPerPeer: number
  readonly bytesWorstPeer: number
  /** Until the last round ended. */
  readonly seconds: number | null
  readonly parameters: number
  readonly moments: readonly Moment[]
}

const momentOf = ({ round, accuracy, testLoss, bytesSent, atMs }: HistoryEntry): Moment[] =>
  atMs === null || (accuracy === null && testLoss === null)
    ? []
    : [
        {
          round,
          bytes: bytesSent,
          seconds: atMs / 1000,
          accuracy: accuracy?.mean ?? null,
          loss: testLoss?.mean ?? null
        }
      ]

export const comparedFigures = (results: Results): ComparedFigures => {
  const { accuracy, loss, validation, bytes, history, model } = results
  const ends = history.flatMap(({ atMs }) => atMs ?? [])
  return {
    accuracy,
    loss,
    validation,
    bytesPerPeer: bytes.sentPerPeer,
    bytesWorstPeer: bytes.sentWorstPeer,
    seconds: ends.length === 0 ? null : ends.reduce((last, ms) => Math.max(last, ms), 0) / 1000,
    parameters: model.parameters,
    moments: history.flatMap(momentOf)
  }
}
