import { networkInterfaces } from 'node:os'
import type { Connection } from '@libp2p/interface'
import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'
import type { SignedManifest } from '../../swarm/envelope.ts'
import { askManifest } from '../door/ask-manifest.ts'
import { isPublicAddress } from '../public-address.ts'
import { isCircuit } from '../reach/addresses.ts'
import type { Asked, Member } from './ask-member.ts'
import { mappingOf } from './mapping.ts'
import { createProbeNode, STEP } from './probe-node.ts'
import { type ProbedPeers, probePeers } from './probe-peers.ts'
import { ipOf, type NatVerdict, natVerdict } from './verdict.ts'

/** What could be found out about a swarm, and about this machine from its members, without joining. */
export interface SwarmProbe extends ProbedPeers {
  readonly nat: NatVerdict
  /** The first that came from a member and is the right one; null: none did. */
  readonly found: { readonly signed: SignedManifest; readonly from: PeerName } | null
  /** Why members had none to give, in sentences. */
  readonly without: readonly string[]
}

export interface ProbeSwarmOptions {
  readonly asked: Asked
  /** Of the manifest. */
  readonly cid: string
  /** Multiaddrs of members. */
  readonly addresses: readonly string[]
  /** What members are asked to call back. @default a free port of all interfaces */
  readonly listen?: readonly string[]
  /** For one step of one address. @default 10 s */
  readonly step?: Milliseconds
}

/** Of a name, where people read it. */
const NAME_END = 8
const ANY_PORT = ['/ip4/0.0.0.0/tcp/0']

const ownAddresses = (): readonly string[] =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address }) => address)

/** One address of each member that answered, at different public IP addresses: a NAT may look at those alone. */
const apart = ({ addresses, members }: ProbedPeers): readonly string[] => {
  const names = new Set(members.map(({ peer }) => peer))
  const byHost = new Map<string, string>()
  for (const { address, failure } of addresses) {
    const ip = ipOf(address)
    if (failure !== null || ip === null || isCircuit(address)) continue
    const peer = address.split('/').at(-1)!
    if (isPublicAddress(address) && names.delete(peer)) byHost.set(ip, address)
  }
  return [...byHost.values()]
}

/** @throws InvalidInputError when it cannot listen at all */
export const probeSwarm = async ({
  asked,
  cid,
  addresses,
  listen = ANY_PORT,
  step = STEP
}: ProbeSwarmOptions): Promise<SwarmProbe> => {
  const node = await createProbeNode({ listen })
  let found: SwarmProbe['found'] = null
  const without: string[] = []
  const meet = async (connection: Connection, { peer }: Member): Promise<void> => {
    if (found !== null) return
    try {
      const signed = await askManifest(connection, cid, AbortSignal.timeout(step))
      found ??= { signed, from: peer }
    } catch (error) {
      without.push(`..${peer.slice(-NAME_END)} ${(error as Error).message}`)
    }
  }
  try {
    const probed = await probePeers(node, addresses, { asked, meet, step })
    const few = apart(probed)
    const mapping = few.length < 2 ? null : await mappingOf(few, step)
    const nat = natVerdict(probed.members, ownAddresses(), mapping, listen.length > 0)
    return { ...probed, nat, found, without }
  } finally {
    await node.stop()
  }
}
