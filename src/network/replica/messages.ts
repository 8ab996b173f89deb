/** What is asked for and answered on a replica's protocol; docs/protocol.md has the layout. */
import { decode, encode } from '@ipld/dag-cbor'
import { z } from 'zod'
import { cborRule } from '../../swarm/cbor-limits.ts'
import { bytesSchema } from '../../swarm/signed.ts'

/** Whoever knows the manifest may ask; members and others alike. */
export const replicaProtocol = (manifestHash: string): string =>
  `/swarmgrad/${manifestHash.slice(0, 16)}/replica/1`

/** Of any swarm. */
export const isReplica = (protocol: string): boolean => protocol.endsWith('/replica/1')

/** Of the replica, in one answer. */
export const PART_BYTES = 256 << 10
/** Signatures that are told; a final model may have more. */
export const MAX_TOLD = 256

export const MAX_REQUEST_BYTES = 128
export const MAX_HEAD_BYTES = 1 << 20
export const MAX_PART_BYTES = PART_BYTES + 128

const REQUEST_LIMITS = { values: 16, depth: 2 }
const HEAD_LIMITS = { values: 100_000, depth: 6 }

const requestSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('head') }),
  /** The bytes of the replica with this hash from `from` on. */
  z.strictObject({ type: z.literal('part'), hash: bytesSchema(32), from: z.int().min(0) })
])

export type Request = z.output<typeof requestSchema>

/** Why there is nothing: none: no replica; busy: others are being served; gone: it has another by now. */
const reasonSchema = z.enum(['none', 'busy', 'gone'])
export type Reason = z.output<typeof reasonSchema>

const refusedSchema = z.strictObject({ type: z.literal('refused'), why: reasonSchema })

const headSchema = z.strictObject({
  type: z.literal('head'),
  /** SHA-256 of the bytes: float32 values in layout order, little-endian. */
  hash: bytesSchema(32),
  tensors: z.array(
    z.tuple([
      z.string().max(1000),
      z
        .array(
          z
            .int()
            .min(0)
            .max(2 ** 31)
        )
        .max(32)
    ])
  ),
  /** The number of the server's next round. */
  round: z.int().min(0),
  /** Whether the run has ended with it; the signatures say so, else that it is the server's of this round. */
  final: z.boolean(),
  /** Examples that a final one has been trained on. */
  samples: z.int().min(0),
  signatures: z
    .array(z.strictObject({ peer: z.string().max(100), signature: bytesSchema(64) }))
    .min(1)
    .max(MAX_TOLD)
})

export type Head = z.output<typeof headSchema>

const partSchema = z.strictObject({
  type: z.literal('part'),
  bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array)
})

const headAnswerSchema = z.discriminatedUnion('type', [headSchema, refusedSchema])
const partAnswerSchema = z.discriminatedUnion('type', [partSchema, refusedSchema])

export type HeadAnswer = z.output<typeof headAnswerSchema>
export type PartAnswer = z.output<typeof partAnswerSchema>

/** Null: it is no such thing. Never throws. */
const read = <T>(schema: z.ZodType<T>, bytes: Uint8Array, limits: typeof HEAD_LIMITS): T | null => {
  if (cborRule(bytes, limits) !== null) return null
  try {
    return schema.safeParse(decode(bytes)).data ?? null
  } catch {
    return null
  }
}

export const requestIn = (bytes: Uint8Array) => read(requestSchema, bytes, REQUEST_LIMITS)
export const headIn = (bytes: Uint8Array) => read(headAnswerSchema, bytes, HEAD_LIMITS)
export const partIn = (bytes: Uint8Array) => read(partAnswerSchema, bytes, REQUEST_LIMITS)

export const bytesOf = (message: Request | HeadAnswer | PartAnswer): Uint8Array => encode(message)
