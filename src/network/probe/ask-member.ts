import type { Connection } from '@libp2p/interface'
import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'
import type { Refusal } from '../../swarm/admission.ts'
import { askDoor } from '../door/ask-door.ts'
import { AUTONAT } from '../reach/autonat-messages.ts'
import { HOP } from '../reach/relay-messages.ts'
import { askToDialBack, type DialledBack } from './dial-back.ts'
import { type Failure, failureOf } from './failure.ts'
import { type ProbeNode, STEP } from './probe-node.ts'
import { type Reserved, reserve } from './reserve.ts'

/** What a peer that has been reached says of itself and of whoever asks. */
export interface Member {
  readonly peer: PeerName
  readonly agent: string
  readonly roundTripMs: Milliseconds | null
  /** Multiaddr under which it sees this machine call. */
  readonly observed: string | null
  /** Whether it lets a stranger without a pass into the swarm. Null: it was not asked, or has no door. */
  readonly door: { readonly refusal: Refusal | null; readonly program: string } | null
  /** How far its clock is ahead of this machine's, half a round trip allowed for. */
  readonly clockAheadMs: Milliseconds | null
  readonly dialledBack: DialledBack
  /** Null: it does not relay. */
  readonly relay: Reserved | null
}

/** Code of /p2p in multiaddrs. */
const P2P = 421
const NOT_ASKED = { door: null, clockAheadMs: null } as const

const OURS = /^\/swarmgrad\//

const notOurs = (agent: string): Failure =>
  failureOf(
    'not-swarmgrad',
    `is a libp2p peer, and no peer of swarmgrad: ${agent}`,
    'the address belongs to another program: ask whoever sent the link for a new one'
  )

const hungUp = failureOf(
  'hung-up',
  'takes the call and hangs up at once',
  'it is full, has banned this address for a minute, or is stopping: try again in a minute'
)

/** Shows no pass: that of a throw-away identity would use up an invite. */
const knock = async (
  connection: Connection,
  { manifestHash, program }: Asked,
  signal: AbortSignal
): Promise<Pick<Member, 'door' | 'clockAheadMs'>> => {
  const began = Date.now()
  try {
    const answer = await askDoor(connection, { manifestHash, program, pass: null }, signal)
    const { refusal, at } = answer
    const door = { refusal, program: answer.program }
    return { door, clockAheadMs: at - (began + Date.now()) / 2 }
  } catch {
    return { door: null, clockAheadMs: null }
  }
}

/** Where this end listens, at the address under which it is seen. */
const ownAddresses = (node: ProbeNode, host: string): readonly string[] => {
  const name = host.includes(':') ? 'ip6' : 'ip4'
  const ports = node.getMultiaddrs().map((address) => address.toOptions().port)
  return [...new Set(ports)].map((port) => `/${name}/${host}/tcp/${port}`)
}

/** What is asked about. */
export interface Asked {
  /** Of the manifest; 64 hexadecimal digits. */
  readonly manifestHash: string
  /** Of this end, such as swarmgrad 0.1.0. */
  readonly program: string
}

/** Asks everything that can be asked of one peer. Never rejects. */
export const askMember = async (
  node: ProbeNode,
  connection: Connection,
  asked: Asked | null,
  step: Milliseconds = STEP
): Promise<Member | Failure> => {
  const limit = (): AbortSignal => AbortSignal.timeout(step)
  const { identify, ping } = node.services
  try {
    const told = await identify.identify(connection, { signal: limit() })
    const agent = (told.agentVersion ?? 'without a name').slice(0, 100)
    if (!told.protocols.some((protocol) => OURS.test(protocol))) return notOurs(agent)
    const observed = told.observedAddr?.decapsulateCode(P2P) ?? null
    const peer = connection.remotePeer
    const self = node.peerId.toString()
    const own = observed === null ? [] : ownAddresses(node, observed.toOptions().host)
    const canDialBack = told.protocols.includes(AUTONAT) && own.length > 0
    const atDoor = asked === null ? NOT_ASKED : await knock(connection, asked, limit())
    return {
      peer: peer.toString(),
      agent,
      roundTripMs: await ping.ping(peer, { signal: limit() }).catch(() => null),
      observed: observed?.toString() ?? null,
      ...atDoor,
      dialledBack: canDialBack ? await askToDialBack(connection, self, own, limit()) : 'unknown',
      relay: told.protocols.includes(HOP) ? await reserve(connection, limit()) : null
    }
  } catch {
    return hungUp
  }
}
