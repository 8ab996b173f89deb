import { z } from 'zod'

const amount = z.number().min(0)

/** A completed round as a curve shows it: one line of metrics.jsonl. */
export const curvePointSchema = z.strictObject({
  /** Milliseconds since 1970. */
  at: amount,
  round: z.int().min(0),
  loss: z.number().nullable(),
  accuracy: z.number().nullable(),
  testLoss: z.number().nullable(),
  /** Since the start of the process. */
  bytesSent: amount,
  bytesReceived: amount
})

export type CurvePoint = z.output<typeof curvePointSchema>

/** The later of two points, with the earlier one's evaluation where it has none: those are rare. */
export const mergePoints = (earlier: CurvePoint | null, later: CurvePoint): CurvePoint => {
  if (earlier === null || later.accuracy !== null || later.testLoss !== null) return later
  return { ...later, accuracy: earlier.accuracy, testLoss: earlier.testLoss }
}
