import { encode } from '@ipld/dag-cbor'
import { z } from 'zod'
import type { Milliseconds } from '../strategy/strategy.ts'
import { finalSchema } from '../swarm/final.ts'
import { passSchema } from '../swarm/invite.ts'
import { ROLES } from '../swarm/role.ts'

/** Of one presence, encoded. */
export const MAX_PRESENCE_BYTES = 1024
const MAX_LINKS = 12
const MAX_ADDRESSES = 4
/** Characters of a name that a link is told by. */
const LINK_NAME = 8

/** What ends up in logs and on pages: no spaces, no control characters. */
const addressSchema = z.string().regex(/^\/[!-~]{1,199}$/)
/** The end of a peer id, base58. */
const linkSchema = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{8}$/)
const hexSchema = z.string().regex(/^[0-9a-f]{16}$/)
const replicaSchema = z.strictObject({ cut: hexSchema, hash: hexSchema })

/** What a member says of itself over gossipsub, signed by its libp2p key; below 1 KB encoded. */
export const presenceSchema = z.strictObject({
  /** By its own clock, in milliseconds since 1970; more in each of its presences than in the one before. */
  at: z.int().min(0),
  round: z.int().min(0),
  /** Mean training loss of the last round. */
  loss: z.number().nullable(),
  role: z.enum(ROLES).default('trainer'),
  /** It stops now, and may come back. */
  leaving: z.boolean().default(false),
  /** Last 8 characters of the names of those that it has a link with, as many as fit. */
  links: z.array(linkSchema).max(MAX_LINKS).default([]),
  /** Its replica's hash at a cut that others come by, too; null: there has been none. */
  replica: replicaSchema.nullable().default(null),
  /** In a swarm that admits by invites. */
  pass: passSchema.nullable().default(null),
  /** The replica that its run has ended with; null: it goes on. */
  final: finalSchema.nullable().default(null),
  /** Multiaddrs with /p2p/ where it can be dialled. */
  addresses: z.array(addressSchema).max(MAX_ADDRESSES)
})

/** As it comes in. */
export type Spoken = z.output<typeof presenceSchema>

/** What others than the topic itself care for. */
export type Presence = Omit<Spoken, 'at' | 'pass'>

/** What goes out: what is left out is as the schema says; names of links may be whole. */
export type Announcement = Omit<z.input<typeof presenceSchema>, 'at'>

const fitting = <T>(schema: z.ZodType<T>, values: readonly T[], most: number): T[] =>
  values.filter((value) => schema.safeParse(value).success).slice(0, most)

/** Seldom there, and large: left out rather than said to be null. */
const given = (name: string, value: object | undefined): object =>
  value === undefined ? {} : { [name]: value }

/**
 * A presence that everybody accepts: what breaks the rules is left out, and what does not fit goes,
 * links before addresses, the last ones first. One address fits beside everything else.
 */
export const presenceBytes = (said: Announcement, at: Milliseconds): Uint8Array => {
  const links = (said.links ?? []).map((name) => name.slice(-LINK_NAME))
  const presence = {
    at,
    round: said.round,
    // CBOR's data model has no NaN; a loss that has diverged is none.
    loss: Number.isFinite(said.loss) ? said.loss : null,
    role: said.role ?? 'trainer',
    leaving: said.leaving ?? false,
    links: fitting(linkSchema, links, MAX_LINKS),
    replica: replicaSchema.safeParse(said.replica).data ?? null,
    ...given('pass', passSchema.safeParse(said.pass).data),
    ...given('final', finalSchema.safeParse(said.final).data),
    addresses: fitting(addressSchema, said.addresses, MAX_ADDRESSES)
  }
  for (;;) {
    const bytes = encode(presence)
    if (bytes.byteLength <= MAX_PRESENCE_BYTES) return bytes
    if (presence.links.pop() === undefined) presence.addresses.pop()
  }
}
