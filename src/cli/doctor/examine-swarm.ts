/** What a link leads to, found out from outside: nobody is joined, no invite is used up. */
import { join } from 'node:path'
import { isSigned, passFor } from '../../network/door/signing.ts'
import { peerNameOf } from '../../network/peer-name.ts'
import { probeSwarm, type SwarmProbe } from '../../network/probe/probe-swarm.ts'
import type { InviteCheck, ManifestCheck, SwarmCheck } from '../../report/checkup.ts'
import { readSeed } from '../../storage/seed-file.ts'
import { parseCid } from '../../swarm/cid.ts'
import { encodeEnvelope, type SignedManifest } from '../../swarm/envelope.ts'
import { parseInvite, passClaims } from '../../swarm/invite.ts'
import type { SwarmLink } from '../../swarm/link.ts'
import type { Place } from '../join/place.ts'
import { versionOfProgram } from '../version.ts'

const WORDS = { what: 'an identity', damaged: 'restore the file' }

/** The name of the peer that lives in a folder; null: none does, or its key cannot be read. */
const residentOf = async (folder: string): Promise<string | null> => {
  const seed = await readSeed(join(folder, 'identity.key'), WORDS).catch(() => null)
  return seed && peerNameOf(seed)
}

const inviteCheck = async (
  { invite }: SwarmLink,
  signed: SignedManifest | null,
  now: number
): Promise<InviteCheck> => {
  const parsed = invite === null ? null : parseInvite(invite)
  if (parsed === null) return 'none'
  if (parsed.expires !== 0 && parsed.expires <= now) return 'expired'
  if (signed === null) return 'unchecked'
  const { creator } = signed.manifest
  const pass = await passFor(parsed, signed.hash, creator)
  const [byCreator] = passClaims(signed.hash, creator, creator, pass)
  return (await isSigned(byCreator)) ? 'good' : 'forged'
}

const manifestCheck = (
  { found, without, members }: SwarmProbe,
  kept: SignedManifest | null
): ManifestCheck => {
  const signed = found?.signed ?? kept
  if (signed === null) {
    const reason = members.length === 0 ? 'no member could be asked' : without.join('; ')
    return { state: 'missing', reason, advice: 'ask whoever sent the link for a new one' }
  }
  const { manifest, signature } = signed
  return {
    state: 'verified',
    name: manifest.name,
    bytes: encodeEnvelope(manifest, signature).byteLength,
    from: found?.from ?? null,
    admission: manifest.admission?.kind ?? 'open',
    ends: manifest.ends ?? null
  }
}

export interface ExamineOptions {
  readonly link: SwarmLink
  /** Multiaddrs of members, those of the link among them. */
  readonly addresses: readonly string[]
  readonly place: Place
  /** The manifest, where it is here already. */
  readonly kept: SignedManifest | null
  /** Where members are asked to call back. */
  readonly listen: readonly string[]
  readonly now: number
}

export const examineSwarm = async ({
  link,
  addresses,
  place,
  kept: given,
  listen,
  now
}: ExamineOptions): Promise<SwarmCheck> => {
  const { cid } = link
  const hash = parseCid(cid)!
  const program = `swarmgrad ${versionOfProgram()}`
  const probed = await probeSwarm({
    asked: { manifestHash: hash, program },
    cid,
    addresses,
    listen
  })
  const kept = given ?? (await place.manifest(hash))
  const signed = probed.found?.signed ?? kept
  const admission = signed?.manifest.admission
  const resident = admission?.kind === 'allow-list' ? await residentOf(place.folder) : null
  return {
    cid,
    addresses: probed.addresses,
    members: probed.members,
    nat: probed.nat,
    manifest: manifestCheck(probed, kept),
    invite: await inviteCheck(link, signed, now),
    listed:
      admission?.kind === 'allow-list' && resident !== null
        ? admission.peers.includes(resident)
        : null
  }
}
