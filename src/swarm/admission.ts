import { z } from 'zod'

/** An Ed25519 libp2p peer id, base58: the only kind that this project makes. */
export const peerIdSchema = z
  .string()
  .regex(/^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/, 'expected a peer id such as 12D3KooW...')

/** A list is part of the manifest, and everybody fetches that. */
const MAX_LISTED = 4096

/** Who may be a member: part of the manifest. */
export const admissionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('open') }),
  z.strictObject({
    kind: z.literal('allow-list'),
    peers: z.array(peerIdSchema).min(1).max(MAX_LISTED)
  }),
  /** Whoever shows a pass that the creator's key vouches for (src/swarm/invite.ts). */
  z.strictObject({ kind: z.literal('invite') })
])

export type Admission = z.output<typeof admissionSchema>

/** Why a peer is not dealt with; what is told to it, and what people read is made of it at either end. */
export const REFUSALS = [
  'other-swarm',
  'version',
  'not-listed',
  'no-invite',
  'invite-forged',
  'invite-expired',
  'invite-used-up',
  'banned',
  'full'
] as const

export type Refusal = (typeof REFUSALS)[number]
