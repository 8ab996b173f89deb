import { decode, encode } from '@ipld/dag-cbor'
import { z } from 'zod'
import { peerIdSchema, REFUSALS } from '../../swarm/admission.ts'
import { cborRule } from '../../swarm/cbor-limits.ts'
import { passSchema } from '../../swarm/invite.ts'

export const DOOR_PROTOCOL = '/swarmgrad/door/1'
/** Of one question, and of one answer. */
export const MAX_DOOR_BYTES = 4096
const LIMITS = { values: 256, depth: 8 }
/** Peers that one question may be about: as many as it has room for. */
export const MAX_ABOUT = 48

/** Versions of everything behind the door that this program speaks: the lowest and the highest. */
export const VERSIONS = [1, 1] as const

const versionsSchema = z.tuple([z.int().min(0), z.int().min(0)])
/** Ends up in logs. */
const programSchema = z.string().regex(/^[ -~]{0,100}$/)

/** Later versions may say more: what is not known here is passed over. */
const questionSchema = z.object({
  versions: versionsSchema,
  program: programSchema,
  manifest: z.string().regex(/^[0-9a-f]{64}$/),
  pass: passSchema.nullable(),
  /** Others, of whom it would know whether they are members. */
  about: z.array(peerIdSchema).max(MAX_ABOUT).default([])
})

const answerSchema = z.object({
  versions: versionsSchema,
  program: programSchema,
  /** Null: admitted. A reason that is not known here comes from another version. */
  refusal: z.enum(REFUSALS).nullable().catch('version'),
  /** The answering end's clock, milliseconds since 1970. */
  at: z.int().min(0),
  /** Those asked about that it has let in. */
  knows: z.array(peerIdSchema).max(MAX_ABOUT).default([])
})

/** What a peer says of itself at the door. */
export type Question = z.output<typeof questionSchema>
export type Answer = z.output<typeof answerSchema>
/** Which program is at the other end. */
export type Counterpart = Pick<Question, 'versions' | 'program'>

const read = <T>(schema: z.ZodType<T>, bytes: Uint8Array): T | null => {
  if (cborRule(bytes, LIMITS) !== null) return null
  try {
    return schema.safeParse(decode(bytes)).data ?? null
  } catch {
    return null
  }
}

/** Null: it is none. Neither throws. */
export const questionIn = (bytes: Uint8Array): Question | null => read(questionSchema, bytes)
export const answerIn = (bytes: Uint8Array): Answer | null => read(answerSchema, bytes)

/** What is left out is as the schema says. */
export const questionBytes = (question: z.input<typeof questionSchema>): Uint8Array =>
  encode(question)
export const answerBytes = (answer: z.input<typeof answerSchema>): Uint8Array => encode(answer)

/** Whether two programs have a version in common. */
export const overlap = (
  [least, most]: readonly [number, number],
  [otherLeast, otherMost]: readonly [number, number]
): boolean => least <= otherMost && otherLeast <= most
