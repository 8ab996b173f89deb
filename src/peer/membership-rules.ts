/**
 * Who may be a member of this peer's swarm, what this peer shows to be one, and what members tell of the
 * manifest to those who only have its CID.
 */
import { InvalidInputError } from '../errors.ts'
import type { DoorOptions } from '../network/door/door.ts'
import { Gatekeeper } from '../network/door/gatekeeper.ts'
import { ManifestServer } from '../network/door/manifest-server.ts'
import { isSigned, passFor } from '../network/door/signing.ts'
import { verifyEnvelope } from '../network/door/verify-envelope.ts'
import type { NodePart } from '../network/node-part.ts'
import { SeatsFile } from '../storage/seats-file.ts'
import type { PeerName } from '../strategy/strategy.ts'
import { fromBase64url } from '../swarm/base64url.ts'
import { cidOf } from '../swarm/cid.ts'
import { encodeEnvelope } from '../swarm/envelope.ts'
import { type Pass, parseInvite, passClaims } from '../swarm/invite.ts'
import { type Manifest, manifestHash } from '../swarm/manifest.ts'
import { Admissions } from '../swarm/passes.ts'
import { addressBook } from './address-book.ts'
import type { PeerConfig } from './config.ts'
import type { Log } from './log.ts'
import type { Undo } from './undo.ts'

export interface MembershipParts {
  readonly config: PeerConfig
  /** As it is once the model has been opened. */
  readonly manifest: Manifest
  readonly self: PeerName
  /** Name and version. */
  readonly program: string
  readonly log: Log
  readonly undo: Undo
}

export interface MembershipRules {
  /** Null: the swarm has no creator and is open; it asks nobody. */
  readonly door: DoorOptions | null
  readonly parts: readonly NodePart[]
  /** What presence shows to those who have not met this peer. */
  readonly pass: Pass | null
  mayOriginate(peer: PeerName): boolean
  /** Whom the config names now. */
  configure(config: PeerConfig): void
  /** Writes who has come by invites; a text where the disk refuses. */
  save(): Promise<string | null>
}

const refuse = (path: string, rule: string, remedy: string): never => {
  throw new InvalidInputError([{ path, rule, remedy }])
}

const ASK = 'ask the creator of the swarm for a link with an invite'

const passOf = async ({ config, manifest, self }: MembershipParts): Promise<Pass | null> => {
  const { admission, creator } = manifest
  if (admission?.kind !== 'invite' || creator === self) return null
  if (creator === undefined) {
    const rule = 'admits by invites of a creator, and names none'
    return refuse('manifest.admission', rule, 'make the manifest with swarmgrad swarm create')
  }
  if (config.invite === null) return refuse('invite', 'missing: this swarm takes one', ASK)
  const invite = parseInvite(config.invite)
  if (invite === null) return refuse('invite', 'is no invite, or a part of one', ASK)
  const hash = manifestHash(manifest)
  const pass = await passFor(invite, hash, self)
  const [claim] = passClaims(hash, creator, self, pass)
  if (await isSigned(claim)) return pass
  return refuse('invite', 'is none of this swarm: its creator has not signed it', ASK)
}

/** What all others would say, said before anybody is asked. */
const checkSelf = (
  { manifest, self, config, log }: MembershipParts,
  admissions: Admissions,
  pass: Pass | null
): void => {
  if (admissions.glance(self, pass) === 'not-listed' && config.role !== 'bootstrap') {
    const rule = `lists the members, and ${self} is not among them`
    refuse('manifest.admission', rule, 'ask the creator to list this peer in a new manifest')
  }
  if (pass === null || pass.expires === 0 || pass.expires > Date.now()) return
  const expired = new Date(pass.expires).toISOString()
  log.warn(
    `the invite to ${manifest.name} has expired (${expired}): members who have not let this peer in ` +
      'before may refuse it; ask the creator for a new link'
  )
}

/** Those who join are given the manifest by any member that has its signature. */
const manifestServer = async ({ config, manifest }: MembershipParts): Promise<NodePart[]> => {
  if (config.signature === null || manifest.creator === undefined) return []
  const hash = manifestHash(manifest)
  const envelope = encodeEnvelope(manifest, fromBase64url(config.signature) ?? new Uint8Array())
  const { signed } = await verifyEnvelope(envelope, hash)
  if (signed === null) {
    const rule = "is not the creator's signature of this manifest"
    return refuse('signature', rule, 'join by the link again, or leave it out')
  }
  return [new ManifestServer({ cid: cidOf(hash), envelope }).part]
}

const named = ({ peers, bootstrap }: PeerConfig): readonly PeerName[] => [
  ...addressBook([...peers, ...bootstrap]).keys()
]

/** @throws InvalidInputError where the invite or the signature of the config is no good */
export const openMembership = async (parts: MembershipParts): Promise<MembershipRules> => {
  const { config, manifest, program, log, undo } = parts
  const hash = manifestHash(manifest)
  const { file, seats, notice } = await SeatsFile.open(config.state, hash)
  if (notice !== null) log.warn(notice)
  const admissions = new Admissions(manifest, hash, seats)
  admissions.introduce(named(config))
  const pass = await passOf(parts)
  checkSelf(parts, admissions, pass)
  const door = { program, gatekeeper: new Gatekeeper(admissions), pass }
  const save = (): Promise<string | null> => file.save(admissions)
  undo.add(save)
  return {
    door: manifest.creator === undefined && admissions.open ? null : door,
    parts: await manifestServer(parts),
    pass,
    mayOriginate: (peer) => admissions.mayOriginate(peer),
    configure: (next) => admissions.introduce(named(next)),
    save
  }
}
