import { z } from 'zod'

/** Of one dataset; each is a file that a loader of `data.name` knows by its name. */
const MAX_FILES = 64

/** One file of a public dataset, whoever serves it. */
export const publicFileSchema = z.strictObject({
  /** The name under which the dataset's loader looks for it. */
  name: z.string().regex(/^[\w-][\w.-]{0,99}$/, 'expected a file name'),
  /** Where it can be had; any of them will do. */
  urls: z
    .array(
      z
        .string()
        .max(2000)
        .regex(/^https?:\/\/[!-~]+$/, 'expected an http or https URL')
    )
    .min(1)
    .max(8),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'),
  bytes: z.int().min(1)
})

export type PublicFile = z.output<typeof publicFileSchema>

/** Where the rows come from that a member trains on: part of the manifest. */
export const sharingSchema = z.discriminatedUnion('kind', [
  /** Every member trains on all of its own data; nobody sees another's. */
  z.strictObject({ kind: z.literal('own') }),
  /**
   * All have the same files, in `shards` parts; which parts are whose follows from the members' names and
   * the epoch, without a word.
   */
  z.strictObject({
    kind: z.literal('public'),
    files: z.array(publicFileSchema).max(MAX_FILES),
    /** Rounds after which the parts are dealt out anew. */
    epochRounds: z.int().min(1).max(1_000_000).default(100)
  })
])

export type Sharing = z.output<typeof sharingSchema>
