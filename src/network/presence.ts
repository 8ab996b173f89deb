import { z } from 'zod'

/** What a member says of itself over gossipsub, signed by its libp2p key; below 1 KB encoded. */
export const presenceSchema = z.strictObject({
  round: z.int().min(0),
  /** Mean training loss of the last round. */
  loss: z.number().nullable(),
  /** Multiaddrs with /p2p/ where it can be dialled. */
  addresses: z.array(z.string().max(200)).max(4)
})

export type Presence = z.output<typeof presenceSchema>
