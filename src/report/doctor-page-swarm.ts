import type { Refusal } from '../swarm/admission.ts'
import { borderlessTable } from './borderless-table.ts'
import type { ManifestCheck, SwarmCheck } from './checkup.ts'
import { clockAhead, shortAddress } from './checkup-swarm.ts'
import { bytesText } from './figures.ts'

const HEAD = ['address', 'state', 'connect', 'note']
const LEFT = ['address', 'state', 'note']

const millisecondsText = (value: number | null): string =>
  value === null ? '-' : `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`

const NAME_END = 8

const DOOR: Partial<Record<Refusal, string>> = {
  'no-invite': 'asks for an invite',
  'not-listed': 'lets in those that are listed',
  'other-swarm': 'is in another swarm',
  version: 'speaks another version',
  full: 'is full',
  banned: 'has banned this machine'
}

const doorText = (refusal: Refusal | null): string =>
  refusal === null ? 'lets strangers in' : (DOOR[refusal] ?? `refuses: ${refusal}`)

const memberNote = ({ members }: SwarmCheck, address: string): string => {
  const member = members.find(({ peer }) => address.endsWith(peer))
  if (member === undefined) return ''
  const { agent, door, relay, roundTripMs } = member
  return [
    door?.program ?? agent,
    ...(roundTripMs === null ? [] : [`round trip ${millisecondsText(roundTripMs)}`]),
    ...(door === null ? [] : [doorText(door.refusal)]),
    ...(relay === null ? [] : ['relays'])
  ].join(', ')
}

const rowsOf = (swarm: SwarmCheck): string[][] =>
  swarm.addresses.map(({ address, failure, milliseconds }) => [
    shortAddress(address),
    failure === null ? 'answers' : 'fails',
    millisecondsText(milliseconds),
    failure === null ? memberNote(swarm, address) : failure.said
  ])

const manifestText = (manifest: ManifestCheck): string => {
  if (manifest.state === 'missing') return `not had: ${manifest.reason}`
  const { name, bytes, from } = manifest
  const source = from === null ? '' : ` from ..${from.slice(-NAME_END)}`
  return `${name}, ${bytesText(bytes)}${source}: its hash and its creator's signature are right`
}

const ADMISSIONS = {
  open: 'open to everybody',
  'allow-list': 'only for those on its list',
  invite: 'by invite'
} as const

const INVITES = {
  none: '',
  good: '; the invite of the link is good',
  expired: '; the invite of the link has expired',
  forged: "; the invite of the link is not the creator's",
  unchecked: ''
} as const

const admissionText = ({ manifest, invite, listed }: SwarmCheck): string => {
  if (manifest.state === 'missing') return 'not known without the manifest'
  const list = listed === null ? '' : `; this peer is ${listed ? '' : 'not '}on it`
  return `${ADMISSIONS[manifest.admission]}${INVITES[invite]}${list}`
}

const clockText = ({ members }: SwarmCheck): string => {
  const ahead = clockAhead(members)
  if (ahead === null) return 'not checked: no member that could be asked says what time it is'
  const seconds = (Math.abs(ahead) / 1000).toFixed(1)
  const count = members.filter(({ clockAheadMs }) => clockAheadMs !== null).length
  const whom = count === 1 ? "one member's" : `the clocks of ${count} members`
  return `${seconds} s ${ahead > 0 ? 'behind' : 'ahead of'} ${whom}`
}

const VERDICTS = {
  public: 'strangers can call this machine: a member did',
  private: 'strangers cannot call this machine: a NAT or a firewall is in the way',
  unknown: 'not checked'
} as const

const MAPPINGS = {
  one: 'one address for all that it calls, so holes can be punched',
  each: 'another address for each that it calls, so holes cannot be punched'
} as const

const natText = ({ nat }: SwarmCheck): string => {
  const { verdict, why, observed, mapping, translated } = nat
  const reason = why === null ? '' : `: ${why}`
  const seen = observed.length === 0 ? '' : `; seen as ${observed.slice(0, 3).join(', ')}`
  const own = translated === false ? ' (its own address: no NAT)' : ''
  return `${VERDICTS[verdict]}${reason}${seen}${own}${mapping === null ? '' : `; ${MAPPINGS[mapping]}`}`
}

const relayText = ({ members }: SwarmCheck): string => {
  const relays = members.flatMap(({ peer, relay }) => (relay === null ? [] : [{ peer, relay }]))
  if (relays.length === 0) return 'no member that was asked relays'
  return relays
    .map(({ peer, relay }) => {
      const name = `..${peer.slice(-NAME_END)}`
      if (relay.state !== 'reserved') return `${name}: ${relay.state.replace('-', ' ')}`
      const limits = [
        ...(relay.bytes === null ? [] : [bytesText(relay.bytes)]),
        ...(relay.seconds === null ? [] : [`${Math.round(relay.seconds / 60)} min`])
      ]
      return `${name}: a place could be had${limits.length === 0 ? '' : `, ${limits.join(' and ')} for one connection`}`
    })
    .join('; ')
}

/** What a link leads to and what its members say, by name. */
export const swarmFacts = (swarm: SwarmCheck): ReadonlyArray<readonly [string, string]> => [
  ['swarm', swarm.cid],
  ['manifest', manifestText(swarm.manifest)],
  ['members', admissionText(swarm)],
  ['clock', clockText(swarm)],
  ['NAT', natText(swarm)],
  ['relay', relayText(swarm)]
]

/** A row for each address of a link, and an empty line; nothing for a link without any. */
export const addressTable = (swarm: SwarmCheck): readonly string[] =>
  swarm.addresses.length === 0 ? [] : [borderlessTable(HEAD, LEFT, rowsOf(swarm)), '']
