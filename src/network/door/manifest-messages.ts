import { decode, encode } from '@ipld/dag-cbor'
import { z } from 'zod'
import { cborRule } from '../../swarm/cbor-limits.ts'
import { MAX_ENVELOPE_BYTES } from '../../swarm/envelope.ts'

export const MANIFEST_PROTOCOL = '/swarmgrad/manifest/1'
/** Of a question. */
export const MAX_ASKED_BYTES = 256
/** Of an answer: an envelope and what is around it. */
export const MAX_TOLD_BYTES = MAX_ENVELOPE_BYTES + 64
const LIMITS = { values: 16, depth: 2 }

const askedSchema = z.object({ cid: z.string().max(100) })

const toldSchema = z.union([
  z.object({ envelope: z.instanceof(Uint8Array) }),
  /** unknown: it is in another swarm, or holds no signature; busy: it has told so many of late. */
  z.object({ none: z.enum(['unknown', 'busy']) })
])

/** As it is sent. */
export type Told = { readonly envelope: Uint8Array } | { readonly none: 'unknown' | 'busy' }

const read = <T>(schema: z.ZodType<T>, bytes: Uint8Array): T | null => {
  if (cborRule(bytes, LIMITS) !== null) return null
  try {
    return schema.safeParse(decode(bytes)).data ?? null
  } catch {
    return null
  }
}

/** The CID that is asked for; null: it is no question. Neither throws. */
export const askedIn = (bytes: Uint8Array): string | null => read(askedSchema, bytes)?.cid ?? null
export const toldIn = (bytes: Uint8Array): Told | null => read(toldSchema, bytes)

export const askedBytes = (cid: string): Uint8Array => encode({ cid })
export const toldBytes = (told: Told): Uint8Array => encode(told)
