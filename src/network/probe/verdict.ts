import { isPublicAddress } from '../public-address.ts'
import type { Member } from './ask-member.ts'

/** Whether strangers can call this machine, and how that is known. */
export interface NatVerdict {
  readonly verdict: 'public' | 'private' | 'unknown'
  /** Multiaddrs under which members see this machine call. */
  readonly observed: readonly string[]
  /** Whether members see it at an address that is not its own; null: none has said. */
  readonly translated: boolean | null
  /** As Reachability has it. */
  readonly mapping: 'one' | 'each' | null
  /** Why there is no verdict; null: there is one. */
  readonly why: string | null
}

/** The IP address that a multiaddr begins with; null: a name in DNS. */
export const ipOf = (multiaddr: string): string | null =>
  /^\/ip[46]\/([^/]+)/.exec(multiaddr)?.[1] ?? null

const whyUnknown = (
  members: readonly Member[],
  seen: readonly string[],
  listens: boolean
): string => {
  if (members.length === 0) return 'no member could be asked'
  if (seen.length === 0) return 'no member says how it sees this machine'
  if (!listens) return 'nothing listened here that a member could have called'
  return seen.some(isPublicAddress)
    ? 'no member would try to call back'
    : 'the members that answered are on this machine or its local network'
}

/**
 * What the members say, put together: one that could call back is proof, one that could not is none against
 * it. `own`: IP addresses of this machine's interfaces.
 */
export const natVerdict = (
  members: readonly Member[],
  own: readonly string[],
  mapping: NatVerdict['mapping'],
  listens: boolean
): NatVerdict => {
  const observed = [...new Set(members.flatMap((member) => member.observed ?? []))]
  const mine = new Set<string | null>(own)
  const translated =
    observed.length === 0 ? null : observed.some((address) => !mine.has(ipOf(address)))
  const answers = new Set(members.map(({ dialledBack }) => dialledBack))
  const found = { observed, translated, mapping }
  if (answers.has('reached')) return { verdict: 'public', why: null, ...found }
  if (answers.has('not-reached')) return { verdict: 'private', why: null, ...found }
  return { verdict: 'unknown', why: whyUnknown(members, observed, listens), ...found }
}
