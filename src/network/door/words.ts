import { describeProblem, type Problem } from '../../errors.ts'
import type { Refusal } from '../../swarm/admission.ts'
import { type Counterpart, VERSIONS } from './messages.ts'

type Sentences = readonly [rule: string, remedy: string]

const versionWords = (other: Counterpart | null): Sentences => {
  if (other === null) return ['speaks another version of the protocol', 'update the older program']
  const [own, theirs] = [VERSIONS[1], other.versions[1]]
  const rule = `speaks version ${theirs} of the protocol (${other.program}), this peer ${own}`
  return theirs > own
    ? [rule, 'update swarmgrad here']
    : [rule, 'nothing to be done here: that peer has to be updated']
}

/** `by`: self: this peer refuses the other; other: it is refused. */
const sentences = (why: Refusal, by: 'self' | 'other', other: Counterpart | null): Sentences => {
  const them = by === 'self'
  switch (why) {
    case 'version':
      return versionWords(other)
    case 'other-swarm':
      return ['is in another swarm', 'if it should be in this one, give both the same link']
    case 'not-listed':
      return them
        ? [
            "is not on the manifest's list of members",
            'only the creator can list it, in a new manifest'
          ]
        : [
            "says that this peer is not on the manifest's list of members",
            'ask the creator to list the id of this peer in a new manifest, or use the identity that is listed'
          ]
    case 'no-invite':
      return them
        ? ['shows no invite, and this swarm takes one', 'it has to join by a link with an invite']
        : ['asks for an invite', 'ask the creator for a link with one']
    case 'invite-forged':
      return them
        ? ["shows an invite that is not this swarm's", 'nothing to be done here']
        : [
            "says that the invite is not this swarm's",
            'copy the whole link again, or ask the creator for a new one'
          ]
    case 'invite-expired':
      return them
        ? ['shows an invite that has expired', 'it needs a new link from the creator']
        : [
            'says that the invite has expired',
            'ask the creator for a new link; if it should be good still, look at the clock of this machine'
          ]
    case 'invite-used-up':
      return them
        ? [
            'shows an invite by which as many have come as may',
            'it needs a new link from the creator'
          ]
        : [
            'says that as many have come by this invite as may',
            'ask the creator for a new link; an identity that has come by it before keeps its place'
          ]
    case 'banned':
      return them
        ? ['has misbehaved', 'it is listened to again in a while']
        : ['says that this peer has misbehaved', 'look into the log for frames that were rejected']
    case 'full':
      return them
        ? ['came when there was no more room', 'raise limits.connections to have more']
        : ['has no more room', 'nothing to be done here: others will be tried']
  }
}

/** Why one peer has nothing to do with another, for people. `peer`: the other one; `other`: its program. */
export const refusalProblem = (
  peer: string,
  why: Refusal,
  by: 'self' | 'other',
  other: Counterpart | null = null
): Problem => {
  const [rule, remedy] = sentences(why, by, other)
  return { path: peer, rule, remedy }
}

/** The same in one line. */
export const refusalText = (...about: Parameters<typeof refusalProblem>): string =>
  describeProblem(refusalProblem(...about))
