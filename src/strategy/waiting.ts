/** Options that every strategy with rounds of its own pace has. */
import { z } from 'zod'

const LONGEST_MS = 3_600_000

/** Bounds of the adaptive wait for neighbours, in milliseconds. */
export const deadlineSchema = z
  .strictObject({
    floorMs: z.number().min(1).max(LONGEST_MS).default(100),
    ceilingMs: z.number().min(1).max(LONGEST_MS).default(10_000)
  })
  .prefault({})
  .refine(({ floorMs, ceilingMs }) => floorMs <= ceilingMs, {
    message: 'the floor must not be above the ceiling'
  })

/** How long a starting peer waits for its first neighbours before it trains alone. */
export const startPatienceSchema = z.number().min(0).max(LONGEST_MS).default(20_000)
