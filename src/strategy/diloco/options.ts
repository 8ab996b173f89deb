import { z } from 'zod'
import { startPatienceSchema } from '../waiting.ts'
import { weightingExcept } from '../weighting.ts'

const LONGEST_MS = 3_600_000

export const dilocoOptionsSchema = z.strictObject({
  name: z.literal('diloco'),
  /** Learning rate of the outer optimiser. The paper's (Douillard et al. 2023, section 3.1). */
  outerRate: z.number().gt(0).max(10).default(0.7),
  /** Its Nesterov momentum. The paper's. */
  outerMomentum: z.number().min(0).lt(1).default(0.9),
  /** What a part counts by; one that is late counts less in any case. */
  weighting: weightingExcept({
    staleness: 'a part that is late counts 1 / (1 + rounds) of its weight in any case'
  }).default('uniform'),
  /** Rounds that a part may be late and still count, less with each. */
  staleness: z.int().min(0).max(16).default(4),
  /** Bounds of the adaptive wait for the parts of the others, in milliseconds. */
  deadline: z
    .strictObject({
      floorMs: z.number().min(1).max(LONGEST_MS).default(1000),
      ceilingMs: z.number().min(1).max(LONGEST_MS).default(30_000)
    })
    .prefault({})
    .refine(({ floorMs, ceilingMs }) => floorMs <= ceilingMs, {
      message: 'the floor must not be above the ceiling'
    }),
  startPatienceMs: startPatienceSchema,
  /** How long peers wait that can reach no majority of those who made the step before. */
  minorityPatienceMs: z.number().min(0).max(LONGEST_MS).default(60_000)
})

export type DilocoOptions = z.output<typeof dilocoOptionsSchema>
