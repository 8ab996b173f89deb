import type { Member } from '../network/probe/ask-member.ts'
import type { Refusal } from '../swarm/admission.ts'
import type { SwarmCheck, Trouble } from './checkup.ts'

/** Clocks of honest machines are closer; certificates and invites do not mind so much. */
const CLOCK_MS = 30_000

/** Milliseconds by which the members' clocks are ahead, the middle one of them; null: none could be asked. */
export const clockAhead = (members: readonly Member[]): number | null => {
  const ahead = members.flatMap(({ clockAheadMs }) => clockAheadMs ?? []).sort((a, b) => a - b)
  return ahead[ahead.length >> 1] ?? null
}

/** What an address is called where there is little room. */
export const shortAddress = (address: string): string =>
  address.replace(/\/p2p\/[^/]*?([^/]{8})(?=\/|$)/g, '/p2p/..$1')

const reachTroubles = ({ addresses, members }: SwarmCheck): readonly Trouble[] => {
  const failed = addresses.flatMap(({ address, failure }) =>
    failure === null
      ? []
      : [
          {
            about: shortAddress(address),
            said: failure.said,
            advice: failure.advice,
            essential: false
          }
        ]
  )
  if (members.length > 0) return failed
  const said =
    addresses.length === 0
      ? 'it names no address of a member'
      : 'none of its addresses leads to a member'
  const advice =
    addresses.length === 0
      ? 'on the local network members find each other by themselves; else ask for a link with addresses'
      : 'ask whoever sent it for a new one: a link holds addresses of the day it was made'
  return [...failed, { about: 'link', said, advice, essential: addresses.length > 0 }]
}

const OLD = 'a peer that refuses speaks another version of the protocol'

/** What a refusal means for who would join by this link; null: nothing. */
const refusalTrouble = (
  refusal: Refusal,
  { invite, listed }: SwarmCheck
): Omit<Trouble, 'about'> | null => {
  switch (refusal) {
    case 'no-invite':
      return invite === 'none'
        ? {
            said: 'takes an invite, and the link has none',
            advice: 'ask its creator for a link with an invite',
            essential: true
          }
        : null
    case 'not-listed':
      return listed === true
        ? null
        : {
            said:
              listed === null
                ? 'admits those that its creator has listed'
                : 'does not list the identity in the data folder',
            advice: 'send its creator your peer id and ask for a new link',
            essential: listed === false
          }
    case 'version':
      return { said: OLD, advice: 'update swarmgrad here or there', essential: true }
    case 'other-swarm':
      return {
        said: 'a peer that was reached is in another swarm',
        advice: 'ask whoever sent the link for a new one',
        essential: false
      }
    case 'full':
      return {
        said: 'a member has no more room',
        advice: 'nothing to be done: others will be tried',
        essential: false
      }
    default:
      return null
  }
}

const doorTroubles = (swarm: SwarmCheck): readonly Trouble[] => {
  const { members } = swarm
  const refusals = new Set(members.flatMap(({ door }) => door?.refusal ?? []))
  // One member that has them all in is enough.
  const open = members.some(({ door }) => door !== null && door.refusal === null)
  return [...refusals].flatMap((refusal) => {
    const trouble = refusalTrouble(refusal, swarm)
    const essential = trouble?.essential === true && !open
    return trouble === null ? [] : [{ about: 'swarm', ...trouble, essential }]
  })
}

const inviteTroubles = ({ invite }: SwarmCheck): readonly Trouble[] => {
  const advice = 'ask its creator for a new link'
  if (invite === 'expired') {
    return [{ about: 'invite', said: 'has expired', advice, essential: true }]
  }
  return invite === 'forged'
    ? [{ about: 'invite', said: "is not the creator's", advice, essential: true }]
    : []
}

const manifestTroubles = ({ manifest, members }: SwarmCheck, now: number): readonly Trouble[] => {
  if (manifest.state === 'missing') {
    const { reason: said, advice } = manifest
    // Without a member the link has been blamed already.
    return members.length === 0 ? [] : [{ about: 'manifest', said, advice, essential: true }]
  }
  const over = manifest.ends !== null && manifest.ends <= now
  const said = 'the run has ended'
  const advice = 'fetch the final model with swarmgrad fetch'
  return over ? [{ about: 'manifest', said, advice, essential: false }] : []
}

const clockTroubles = ({ members }: SwarmCheck): readonly Trouble[] => {
  const ahead = clockAhead(members)
  if (ahead === null || Math.abs(ahead) < CLOCK_MS) return []
  const seconds = Math.round(Math.abs(ahead) / 1000)
  const said = `${seconds} s ${ahead > 0 ? 'behind' : 'ahead of'} the members'`
  const advice = "turn on the system's automatic time"
  return [{ about: 'clock', said, advice, essential: false }]
}

const natTroubles = ({ nat, members }: SwarmCheck): readonly Trouble[] => {
  if (nat.verdict !== 'private' || members.length === 0) return []
  const relayed = members.some(({ relay }) => relay?.state === 'reserved')
  if (relayed && nat.mapping !== 'each') return []
  const said = relayed
    ? 'strangers cannot call this machine, and its NAT gives each of them another address: holes cannot be punched'
    : 'strangers cannot call this machine, and no member that was asked relays'
  const advice =
    'it trains all the same, by calling others; to be called, forward a TCP port in the router and name it in reach.announce'
  return [{ about: 'NAT', said, advice, essential: false }]
}

/** What is wrong between this machine and a swarm. `now`: milliseconds since 1970. */
export const swarmTroubles = (swarm: SwarmCheck | null, now: number): readonly Trouble[] =>
  swarm === null
    ? []
    : [
        ...reachTroubles(swarm),
        ...doorTroubles(swarm),
        ...inviteTroubles(swarm),
        ...manifestTroubles(swarm, now),
        ...clockTroubles(swarm),
        ...natTroubles(swarm)
      ]
