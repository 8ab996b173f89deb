import type { Connection } from '@libp2p/interface'
import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'
import { peerOf } from '../../swarm/multiaddr.ts'
import { type Asked, askMember, type Member } from './ask-member.ts'
import type { Failure } from './failure.ts'
import { type ProbeNode, STEP } from './probe-node.ts'
import { reachAddress } from './reach-address.ts'

/** What came of one address of a link. */
export interface ProbedAddress {
  readonly address: string
  /** Null: it leads to a peer of swarmgrad. */
  readonly failure: Failure | null
  /** Until a TCP connection was there; null: none, or one through a relay. */
  readonly milliseconds: Milliseconds | null
}

/** What came of all of them. */
export interface ProbedPeers {
  /** In the order given. */
  readonly addresses: readonly ProbedAddress[]
  readonly members: readonly Member[]
}

export interface ProbePeersOptions {
  /** @default null: nobody is asked about a swarm */
  readonly asked?: Asked | null
  /** What else is done with the connection to a member while it is there. @default nothing */
  readonly meet?: (connection: Connection, member: Member) => Promise<void>
  /** For one step of one address. @default 10 s */
  readonly step?: Milliseconds
}

/** All addresses of one peer, one after the other: a peer keeps one connection to another. */
const probeOne = async (
  node: ProbeNode,
  addresses: readonly string[],
  { asked = null, meet = async () => {}, step = STEP }: ProbePeersOptions
): Promise<ProbedPeers> => {
  const probed: ProbedAddress[] = []
  const members: Member[] = []
  for (const address of addresses) {
    const { failure, connection, milliseconds } = await reachAddress(node, address, step)
    if (connection === null) {
      probed.push({ address, failure, milliseconds })
      continue
    }
    const said = members.length === 0 ? await askMember(node, connection, asked, step) : null
    if (said !== null && 'kind' in said) {
      probed.push({ address, failure: said, milliseconds: null })
    } else {
      probed.push({ address, failure: null, milliseconds })
      if (said !== null) {
        members.push(said)
        await meet(connection, said)
      }
    }
    await connection.close().catch(() => {})
  }
  return { addresses: probed, members }
}

/** Calls every address and asks every peer once; different peers at the same time. Never rejects. */
export const probePeers = async (
  node: ProbeNode,
  addresses: readonly string[],
  options: ProbePeersOptions = {}
): Promise<ProbedPeers> => {
  const byPeer = new Map<PeerName, string[]>()
  for (const address of addresses) {
    const peer = peerOf(address) ?? address
    byPeer.set(peer, [...(byPeer.get(peer) ?? []), address])
  }
  const found = await Promise.all([...byPeer.values()].map((own) => probeOne(node, own, options)))
  const all = found.flatMap((each) => each.addresses)
  return {
    addresses: addresses.flatMap((address) => all.find((each) => each.address === address) ?? []),
    members: found.flatMap(({ members }) => members)
  }
}
