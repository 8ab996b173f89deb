import { z } from 'zod'

/** One JSON line a peer writes per round. Bytes count frames, headers and control included. */
export const roundRecordSchema = z.strictObject({
  peer: z.int().min(0),
  round: z.int().min(0),
  /** Milliseconds since the run began (virtual) or since this peer's network was up (live). */
  atMs: z.number(),
  /** Mean training loss of the round's local steps. */
  loss: z.number().nullable(),
  /** Test accuracy after the round's mixing; null on rounds without evaluation. */
  accuracy: z.number().nullable(),
  testLoss: z.number().nullable(),
  /** Neighbours whose part of the round came in time, and whose did not. */
  heard: z.int().min(0),
  missed: z.int().min(0),
  /** Since the start. */
  bytesSent: z.int().min(0),
  bytesReceived: z.int().min(0),
  /**
   * Where the time since the record before went, in order: local steps, encoding and mixing, and the
   * rest of the time waiting. Null where it was not measured.
   */
  computeMs: z.number().nullable().default(null),
  exchangeMs: z.number().nullable().default(null)
})

export type RoundRecord = z.output<typeof roundRecordSchema>
