/** What can be known before anybody is asked: whether this peer would be let in. */
import { InvalidInputError } from '../../errors.ts'
import { isSigned, passFor } from '../../network/door/signing.ts'
import type { PeerName } from '../../strategy/strategy.ts'
import type { SignedManifest } from '../../swarm/envelope.ts'
import { type Invite, parseInvite, passClaims } from '../../swarm/invite.ts'

const refuse = (path: string, rule: string, remedy: string): never => {
  throw new InvalidInputError([{ path, rule, remedy }])
}

const ASK = 'ask its creator for a new link (swarmgrad swarm invite)'

const checkInvite = async (
  { manifest, hash }: SignedManifest,
  invite: Invite,
  self: PeerName,
  isNew: boolean,
  now: number
): Promise<void> => {
  const { expires } = invite
  if (isNew && expires !== 0 && now >= expires) {
    const when = new Date(expires).toISOString()
    const clock = `now it is ${new Date(now).toISOString()} by the clock of this machine`
    return refuse('link.invite', `has expired: it was good until ${when}, ${clock}`, ASK)
  }
  const [byCreator] = passClaims(hash, manifest.creator, self, await passFor(invite, hash, self))
  if (!(await isSigned(byCreator))) {
    refuse('link.invite', `is not one that ${manifest.creator} has made for this swarm`, ASK)
  }
}

/**
 * `invite`: base64url; `isNew`: it has not been a member before.
 *
 * @throws InvalidInputError where others would refuse this peer
 */
export const checkMayJoin = async (
  signed: SignedManifest,
  invite: string | null,
  self: PeerName,
  isNew: boolean,
  now = Date.now()
): Promise<void> => {
  const { admission, creator } = signed.manifest
  if (self === creator) return
  switch (admission?.kind) {
    case 'allow-list': {
      if (admission.peers.includes(self)) return
      const rule = `may be joined by those on its list only, and ${self} (this peer) is not on it`
      const remedy =
        'send the creator this id for a new manifest, or give the --state folder whose id is listed'
      return refuse('link', rule, remedy)
    }
    case 'invite': {
      const read = invite === null ? null : parseInvite(invite)
      if (read !== null) return checkInvite(signed, read, self, isNew, now)
      return refuse('link', 'has no invite, and this swarm takes one', ASK)
    }
    default:
      return
  }
}
