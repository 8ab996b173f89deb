import { z } from 'zod'
import type { CompressionConfig } from '../../swarm/recipe.ts'
import { deadlineSchema, startPatienceSchema } from '../waiting.ts'
import { weightingExcept } from '../weighting.ts'

/** Of an exchange between two peers. */
export const edgeWeightingSchema = weightingExcept({
  gain: 'an exchange that counts by gains moves the mean, since gains change from round to round'
})

/**
 * gamma: the consensus step (CHOCO-SGD's). The default is 1 for dense codes and twice the kept
 * fraction for sparse ones: larger steps diverge on well-connected graphs (test/fault/sparse-divergence.test.ts).
 */
export const gossipOptionsSchema = z.strictObject({
  name: z.literal('gossip-averaging'),
  gamma: z.number().gt(0).max(1).optional(),
  /** Slow momentum over rounds (SlowMo's beta); 0: off. Diverges with sparse codes. */
  slowMomentum: z.number().min(0).lt(1).default(0),
  /** What an exchange counts by: all alike without, by the rows of both ends, or by how far apart their rounds are. */
  weighting: edgeWeightingSchema.optional(),
  deadline: deadlineSchema,
  startPatienceMs: startPatienceSchema
})

export type GossipOptions = z.output<typeof gossipOptionsSchema>

const SPARSE_GAMMA_PER_FRACTION = 2

export const defaultGamma = (compression: CompressionConfig): number =>
  'fraction' in compression ? Math.min(1, SPARSE_GAMMA_PER_FRACTION * compression.fraction) : 1
