import { z } from 'zod'
import { edgeWeightingSchema } from '../gossip-averaging/options.ts'
import { deadlineSchema, startPatienceSchema } from '../waiting.ts'

export const dPsgdOptionsSchema = z.strictObject({
  name: z.literal('d-psgd'),
  /** As gossip averaging's. */
  weighting: edgeWeightingSchema.default('uniform'),
  deadline: deadlineSchema,
  startPatienceMs: startPatienceSchema
})
