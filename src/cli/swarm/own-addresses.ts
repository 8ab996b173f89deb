/** What a link says where to ask: the peer that runs here, and a few of those that it talks to. */
import { InvalidInputError, RunFailedError } from '../../errors.ts'
import { isPublicAddress } from '../../network/public-address.ts'
import { isCircuit } from '../../network/reach/addresses.ts'
import { withoutName } from '../../network/without-name.ts'
import type { MemberStatus, PeerStatus } from '../../peer/monitor/status.ts'
import { MAX_LINK_PEERS } from '../../swarm/link.ts'
import { manifestHash } from '../../swarm/manifest.ts'
import { peerOf } from '../../swarm/multiaddr.ts'
import { askPeer } from '../control-client.ts'
import { loadPeerConfig } from '../peer-config.ts'

/** Others cannot be told to dial this. */
const LOOPBACK = /^\/(ip4\/127\.|ip6\/::1\/|ip6\/fe80:)/
/** Of the peer itself: the others are for when it is away. */
const MAX_OWN = 3
/** Heard longer ago, a member may have moved. */
const FRESH_SECONDS = 60

const statusOf = async (state: string): Promise<PeerStatus> => {
  const body = await askPeer(state, '/status')
  if (body === null) {
    throw new RunFailedError(
      `no peer runs on ${state}: start it with swarmgrad join or swarmgrad peer, or give addresses with --peer`
    )
  }
  return JSON.parse(body.toString()) as PeerStatus
}

/** The less, the better for strangers: public, then those of the neighbourhood, relayed, loopback. */
const rank = (address: string): number => {
  if (LOOPBACK.test(address)) return 3
  if (isCircuit(address)) return 2
  return isPublicAddress(address) ? 0 : 1
}

/** Best first; loopback only where there is nothing else. */
const usable = (peer: string, addresses: readonly string[]): readonly string[] => {
  const whole = addresses
    .map((address) => `${withoutName(address, peer)}/p2p/${peer}`)
    .filter((address) => peerOf(address) === peer)
    .sort((a, b) => rank(a) - rank(b))
  const outside = whole.filter((address) => !LOOPBACK.test(address))
  return outside.length > 0 ? outside : whole
}

const isThere = ({ link, left, heardSecondsAgo }: MemberStatus): boolean =>
  link === 'up' && !left && heardSecondsAgo !== null && heardSecondsAgo <= FRESH_SECONDS

/** As many as fit into a link: its own, then one of each neighbour. */
export const addressesIn = ({
  self,
  addresses,
  members
}: Pick<PeerStatus, 'self' | 'addresses' | 'members'>): readonly string[] => {
  const own = usable(self, addresses).slice(0, MAX_OWN)
  const others = members
    .filter(isThere)
    .flatMap(({ name, addresses: theirs }) => usable(name, theirs).slice(0, 1))
    .sort((a, b) => rank(a) - rank(b))
  const outside = others.filter((address) => !LOOPBACK.test(address))
  const told = own.every((address) => LOOPBACK.test(address)) ? others : outside
  return [...own, ...told].slice(0, MAX_LINK_PEERS)
}

/**
 * The addresses under which the peer of a document, and those that it has links with, can be called now.
 *
 * @throws InvalidInputError where it is in another swarm; RunFailedError where it does not run
 */
export const ownAddresses = async (
  configPath: string,
  hash: string
): Promise<readonly string[]> => {
  const config = await loadPeerConfig(configPath)
  if (manifestHash(config.manifest) !== hash) {
    const rule = `is the document of a peer of another swarm: ${config.manifest.name}`
    throw new InvalidInputError([{ path: configPath, rule, remedy: "give that of this swarm's" }])
  }
  return addressesIn(await statusOf(config.state))
}
