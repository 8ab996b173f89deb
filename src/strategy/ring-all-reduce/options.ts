import { z } from 'zod'
import type { Problem } from '../../errors.ts'
import { weightingExcept } from '../weighting.ts'
import { MAX_MEMBERS } from './codec-views.ts'

/** docs/strategies/ring-all-reduce.md says what each does. */
export const ringOptionsSchema = z.strictObject({
  name: z.literal('ring-all-reduce'),
  /** Largest piece of a gradient that is encoded, sent and added at a time, in bytes of float32. */
  bucketBytes: z
    .int()
    .min(1024)
    .max(1 << 24)
    .multipleOf(4)
    .default(1 << 18),
  /** Batches of a step go to peers by their speed; false: each takes `training.localSteps`. */
  balance: z.boolean().default(true),
  /** What a member's part counts by in the mean: its examples without, or all alike. */
  weighting: weightingExcept({
    staleness: 'all gradients of a step are of the same replica, so none is late',
    gain: 'a gradient is no step, so what one member has gained by its own is never measured'
  }).optional(),
  /**
   * How long a member may be silent before the ring re-forms without it, in milliseconds: `floorMs`
   * where its link is down or it owes an answer; learned from the steps' durations, between the two,
   * where a step stands still.
   */
  deadline: z
    .strictObject({
      floorMs: z.number().min(10).max(3_600_000).default(2000),
      ceilingMs: z.number().min(10).max(3_600_000).default(60_000)
    })
    .prefault({})
    .refine(({ floorMs, ceilingMs }) => floorMs <= ceilingMs, {
      message: 'the floor must not be above the ceiling'
    }),
  /** After how long members that are no majority of their ring go on as one of their own; null: never. */
  splitMs: z.number().min(0).max(86_400_000).nullable().default(30_000),
  /** How long a starting peer waits for the others before it begins without them. */
  startPatienceMs: z.number().min(0).max(3_600_000).default(20_000)
})

export type RingOptions = z.output<typeof ringOptionsSchema>

/** Why so many peers are too many. */
export const memberProblems = (_options: unknown, peers: number): readonly Problem[] =>
  peers <= MAX_MEMBERS
    ? []
    : [
        {
          path: 'peers',
          rule: `a ring has ${MAX_MEMBERS} members at most, not ${peers}`,
          remedy: 'give fewer peers, or take delta-set or gossip-averaging'
        }
      ]
