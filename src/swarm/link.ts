/** The one line that a joiner needs: which swarm, a few members to ask, and perhaps an invite. */
import { InvalidInputError, type Problem } from '../errors.ts'
import { parseCid } from './cid.ts'
import { parseInvite } from './invite.ts'
import { peerOf } from './multiaddr.ts'
import { choice } from './spelling.ts'

export interface SwarmLink {
  /** Of the manifest. */
  readonly cid: string
  /** Multiaddrs of members, each ending in /p2p/<peer id>. */
  readonly peers: readonly string[]
  /** base64url (parseInvite), for a swarm that admits by invites. */
  readonly invite: string | null
}

export const MAX_LINK_LENGTH = 4096
export const MAX_LINK_PEERS = 8

const SCHEME = /^swarmgrad:/i
const PARAMETERS = ['peer', 'invite']
const EXAMPLE =
  "give one such as 'swarmgrad:bafyrei...?peer=/ip4/192.0.2.1/tcp/4001/p2p/12D3KooW...'"
const COPY = 'copy the whole link again; in a shell it needs quotes around it'

const wrong = (path: string, rule: string, remedy: string): Problem => ({ path, rule, remedy })

const cidProblem = (cid: string): Problem | null => {
  if (parseCid(cid) !== null) return null
  if (cid === '') return wrong('link', 'names no swarm', EXAMPLE)
  const short = cid.length > 70 ? `${cid.slice(0, 70)}...` : cid
  return wrong('link', `is no CID of a manifest: ${short}`, COPY)
}

const peerProblem = (address: string): Problem | null =>
  peerOf(address) === null
    ? wrong(
        'link.peer',
        `is no multiaddr of a peer: ${address.slice(0, 200)}`,
        'give one such as /ip4/192.0.2.1/tcp/4001/p2p/12D3KooW..., or leave it out'
      )
    : null

/** Percent-encoding is undone; null: there is none. */
const plain = (text: string): string | null => {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

const printable = /^[!-~]*$/

/** @throws InvalidInputError with everything that is wrong with the link */
export const parseLink = (text: string): SwarmLink => {
  const link = text.trim()
  const fail = (...problems: readonly Problem[]): never => {
    throw new InvalidInputError(problems)
  }
  if (link.length > MAX_LINK_LENGTH) {
    return fail(wrong('link', `has more than ${MAX_LINK_LENGTH} characters`, EXAMPLE))
  }
  if (!SCHEME.test(link)) return fail(wrong('link', 'does not begin with swarmgrad:', EXAMPLE))
  if (!printable.test(link)) {
    return fail(wrong('link', 'has spaces or characters that no link has', COPY))
  }
  const [cid = '', ...queries] = link.replace(SCHEME, '').split('?')
  const problems: (Problem | null)[] = [cidProblem(cid)]
  const peers: string[] = []
  const invites: string[] = []
  for (const pair of queries.join('?').split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = equals < 0 ? pair : pair.slice(0, equals)
    const value = plain(equals < 0 ? '' : pair.slice(equals + 1))
    if (value === null) problems.push(wrong(`link.${name}`, 'has a % that encodes nothing', COPY))
    else if (name === 'peer') peers.push(value)
    else if (name === 'invite') invites.push(value)
    else {
      const known = choice(name.slice(0, 60), PARAMETERS)
      problems.push(wrong('link', `unknown parameter ${name.slice(0, 60)}`, known))
    }
  }
  problems.push(...peers.map(peerProblem))
  if (peers.length > MAX_LINK_PEERS) {
    problems.push(wrong('link.peer', `more than ${MAX_LINK_PEERS} peers`, 'leave some out'))
  }
  const [invite = null] = invites
  if (invites.length > 1) problems.push(wrong('link.invite', 'more than one', 'leave one'))
  if (invite !== null && parseInvite(invite) === null) {
    problems.push(wrong('link.invite', 'is no invite, or a part of one', COPY))
  }
  const found = problems.filter((problem) => problem !== null)
  return found.length > 0 ? fail(...found) : { cid, peers: [...new Set(peers)], invite }
}

/** Slashes and colons may stand in a query (RFC 3986, section 3.4), and are easier to read. */
const encoded = (value: string): string =>
  encodeURIComponent(value).replaceAll('%2F', '/').replaceAll('%3A', ':')

/** The link as text; peers that do not fit are left out, from the end. */
export const formatLink = ({ cid, peers, invite }: SwarmLink): string => {
  const kept = [...new Set(peers)].slice(0, MAX_LINK_PEERS)
  for (;;) {
    const parameters = [
      ...kept.map((peer) => `peer=${encoded(peer)}`),
      ...(invite === null ? [] : [`invite=${invite}`])
    ].join('&')
    const link = `swarmgrad:${cid}${parameters === '' ? '' : `?${parameters}`}`
    if (link.length <= MAX_LINK_LENGTH || kept.pop() === undefined) return link
  }
}
