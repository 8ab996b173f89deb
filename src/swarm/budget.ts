import { z } from 'zod'

/** What an operator lets a peer send, everything included. A round is one of the usual length. */
export const budgetSchema = z.union(
  [
    z.strictObject({ bytesPerRound: z.number().min(1).max(1e12) }),
    z.strictObject({ bytesPerHour: z.number().min(1).max(1e15) })
  ],
  { error: 'must be { bytesPerRound } or { bytesPerHour }, a number of bytes from 1' }
)

export type Budget = z.output<typeof budgetSchema>
