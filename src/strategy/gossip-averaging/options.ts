import { z } from 'zod'
import type { CompressionConfig } from '../../swarm/recipe.ts'

/**
 * gamma: the consensus step (CHOCO-SGD's). The default is 1 for dense codes and twice the kept
 * fraction for sparse ones: larger steps diverge on well-connected graphs (test/fault/sparse-divergence.test.ts).
 */
export const gossipOptionsSchema = z.strictObject({
  name: z.literal('gossip-averaging'),
  gamma: z.number().gt(0).max(1).optional(),
  /** Slow momentum over rounds (SlowMo's beta); 0: off. Diverges with sparse codes. */
  slowMomentum: z.number().min(0).lt(1).default(0),
  /** Bounds of the adaptive wait for neighbours, in milliseconds. */
  deadline: z
    .strictObject({
      floorMs: z.number().min(1).max(3_600_000).default(100),
      ceilingMs: z.number().min(1).max(3_600_000).default(10_000)
    })
    .prefault({})
    .refine(({ floorMs, ceilingMs }) => floorMs <= ceilingMs, {
      message: 'the floor must not be above the ceiling'
    }),
  /** How long a starting peer waits for its first neighbours before it trains alone. */
  startPatienceMs: z.number().min(0).max(3_600_000).default(20_000)
})

export type GossipOptions = z.output<typeof gossipOptionsSchema>

const SPARSE_GAMMA_PER_FRACTION = 2

export const defaultGamma = (compression: CompressionConfig): number =>
  'fraction' in compression ? Math.min(1, SPARSE_GAMMA_PER_FRACTION * compression.fraction) : 1
