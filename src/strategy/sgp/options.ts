import { z } from 'zod'
import { deadlineSchema, startPatienceSchema } from '../waiting.ts'
import { weightingSchema } from '../weighting.ts'

/** Neighbours that a peer may push to in one round. */
const MAX_TARGETS = 64

export const sgpOptionsSchema = z.strictObject({
  name: z.literal('sgp'),
  /** Neighbours that a round's push goes to, in turn; each gets an equal share of the mass. */
  targets: z.int().min(1).max(MAX_TARGETS).default(1),
  /** What a peer's local steps count by. */
  weighting: weightingSchema.default('uniform'),
  deadline: deadlineSchema,
  startPatienceMs: startPatienceSchema
})

export type SgpOptions = z.output<typeof sgpOptionsSchema>
