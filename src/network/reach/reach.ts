import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import type {
  Connection,
  ConnectionGater,
  IdentifyResult,
  Libp2p,
  Transport
} from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'
import { isRelayed } from '../connections.ts'
import type { SwarmNode } from '../create-node.ts'
import type { NodePart } from '../node-part.ts'
import type { PathKind } from '../path.ts'
import { isPublicAddress } from '../public-address.ts'
import type { Reachability } from '../reachability.ts'
import { dialRank, isCircuit, isNear, toldAddresses } from './addresses.ts'
import { AutoNat } from './autonat.ts'
import { freePort } from './free-port.ts'
import { Observations } from './observations.ts'
import { Outgoing } from './outgoing.ts'
import { ownNetworks } from './own-networks.ts'
import { Punch } from './punch.ts'
import { Questions } from './questions.ts'
import type { ReachOptions } from './reach-options.ts'
import { HOP, STOP } from './relay-messages.ts'
import { RelayServer } from './relay-server.ts'
import { type ReservationParts, Reservations } from './reservations.ts'
import { Evidence } from './verdict.ts'

const TICK: Milliseconds = 2_000
/** To call from: as a rule the first is enough. */
const PORTS = 3
/** A slot takes some round trips to reserve. */
const RESERVATION_TIMEOUT: Milliseconds = 15_000

/** Of libp2p's components, what is not offered by the node. */
interface Components {
  readonly connectionGater: ConnectionGater
  readonly transportManager: {
    listen(addresses: Multiaddr[]): Promise<void>
    getAddrs(): Multiaddr[]
  }
}

type RelayTransport = Transport & {
  readonly reservationStore: ReservationParts['store']
}

interface Running {
  readonly node: SwarmNode
  readonly server: RelayServer
  readonly reservations: Reservations | null
  readonly punch: Punch | null
  readonly questions: Questions
}

/** How this peer is reached by others, and reaches them: one part of its node. */
export class Reach implements NodePart {
  /** Instead of libp2p's own TCP. */
  readonly tcp: NonNullable<NodePart['tcp']>
  readonly #outgoing: Outgoing
  readonly #options: ReachOptions
  readonly #evidence: Evidence
  readonly #observations: Observations
  #components: Components | null = null
  #relayTransport: RelayTransport | null = null
  #running: Running | null = null

  private constructor(options: ReachOptions, ports: readonly number[]) {
    this.#options = options
    this.#outgoing = new Outgoing(ports)
    this.tcp = this.#outgoing.transport
    this.#observations = new Observations((connection) => this.#outgoing.portOf(connection))
    this.#evidence = new Evidence({
      outbound: options.mode === 'outbound',
      announces: options.announce.length > 0
    })
  }

  static async prepare(options: ReachOptions): Promise<Reach> {
    return new Reach(options, await Promise.all(Array.from({ length: PORTS }, freePort)))
  }

  readonly services = {
    // A service is how libp2p hands out its components.
    reach: (components: never) => {
      this.#components = components
      return {}
    }
  }

  get transports(): readonly ((components: never) => Transport)[] {
    if (!this.#options.traverse) return []
    const relayTransport = circuitRelayTransport({
      reservationCompletionTimeout: RESERVATION_TIMEOUT
    })
    return [
      (components) => {
        const transport = relayTransport(components)
        this.#relayTransport = transport as RelayTransport
        return transport
      }
    ]
  }

  /** What is tried first where a peer has several addresses. */
  sorts(a: string, b: string): number {
    const networks = ownNetworks()
    return dialRank(a, networks) - dialRank(b, networks)
  }

  /** Where others are told to dial this peer, of what libp2p would tell. */
  tells(addresses: readonly string[]): readonly string[] {
    const verdict = this.#evidence.verdict(performance.now())
    const { questions, reservations } = this.#running ?? {}
    const direct = addresses.filter((address) => !isCircuit(address))
    const outer = verdict === 'public' ? [...(questions?.reached ?? [])] : []
    const relayed = verdict === 'public' ? [] : (reservations?.addresses ?? [])
    const all = [...direct, ...outer, ...relayed]
    return toldAddresses(all, this.#options.announce, verdict !== 'private')
  }

  kindOf(connection: Connection): PathKind {
    if (isRelayed(connection)) return 'relayed'
    return this.#running?.punch?.isPunched(connection) ? 'punched' : 'direct'
  }

  /** Whether somebody is reached over this connection who would be lost with it. */
  isNeeded(connection: Connection): boolean {
    const peer = `${connection.remotePeer}`
    return (
      this.serves(peer) ||
      this.#running?.reservations?.held.includes(peer) === true ||
      connection.streams.some(({ protocol }) => protocol === HOP || protocol === STOP)
    )
  }

  /** Whether this peer relays for `peer`. */
  serves(peer: PeerName): boolean {
    return this.#running?.server.serves(peer) === true
  }

  get reachability(): Reachability {
    return {
      verdict: this.#evidence.verdict(performance.now()),
      observed: this.#observations.seen,
      mapping: this.#isBehindNat ? this.#observations.verdict : null,
      relays: this.#running?.reservations?.held ?? [],
      relaying: this.#running?.server.relaying ?? { peers: 0, bytes: 0 }
    }
  }

  get #isBehindNat(): boolean {
    const own = new Set(ownNetworks().map(({ address }) => address))
    return !this.#observations.hosts.some((host) => own.has(host))
  }

  get #needsRelay(): boolean {
    const verdict = this.#evidence.verdict(performance.now())
    if (verdict !== 'unknown') return verdict !== 'public'
    return !ownNetworks().some(({ address }) => isPublicAddress(`/ip4/${address}`))
  }

  /** Where others may be asked to call: what it listens on, and the same ports at the NAT's address. */
  #candidates(): readonly string[] {
    const listens = this.#components!.transportManager.getAddrs().map(String)
    const direct = listens.filter((address) => !isCircuit(address))
    const ports = new Set(direct.map((address) => address.replace(/^\/ip[46]\/[^/]+/, '')))
    const outer = this.#observations.hosts.flatMap((host) =>
      [...ports].map((port) => `/ip${host.includes(':') ? 6 : 4}/${host}${port}`)
    )
    return [...new Set([...this.#options.announce, ...direct, ...outer])].filter(isPublicAddress)
  }

  attach(libp2p: Libp2p): () => Promise<void> {
    const node = libp2p as SwarmNode
    const { connectionGater, transportManager } = this.#components!
    const { traverse } = this.#options
    const autonat = new AutoNat(node)
    const server = new RelayServer(node, connectionGater, this.#options.bounds)
    const punch = traverse
      ? new Punch({ node, outgoing: this.#outgoing, mapped: () => this.#observations.mapped })
      : null
    const reservations = traverse
      ? new Reservations({
          node,
          listening: transportManager,
          store: this.#relayTransport!.reservationStore,
          isCall: (connection) => !punch!.isPunched(connection)
        })
      : null
    const questions = new Questions({
      node,
      autonat,
      evidence: this.#evidence,
      candidates: () => this.#candidates()
    })
    this.#running = { node, server, reservations, punch, questions }
    const look = (): void => {
      // Those who have called, and are still there, could call again.
      if (node.getConnections().some((connection) => this.#isStrangersCall(connection))) {
        this.#evidence.called(performance.now())
      }
      void server.turn(this.#relays).catch(() => {})
      if (this.#needsRelay) void reservations?.look()
      void questions.look()
    }
    const closed = ({ detail }: CustomEvent<Connection>): void => {
      this.#observations.closed(detail)
    }
    const identified = ({ detail }: CustomEvent<IdentifyResult>): void => {
      this.#observations.add(detail)
      look()
    }
    node.addEventListener('connection:open', look)
    node.addEventListener('connection:close', closed)
    node.addEventListener('peer:identify', identified)
    void autonat.start().catch(() => {})
    void punch?.start().catch(() => {})
    const timer = setInterval(look, TICK).unref()
    look()
    return async () => {
      clearInterval(timer)
      node.removeEventListener('connection:open', look)
      node.removeEventListener('connection:close', closed)
      node.removeEventListener('peer:identify', identified)
      await Promise.all([autonat.stop(), punch?.stop(), server.turn(false)])
    }
  }

  get #relays(): boolean {
    const { relay } = this.#options
    if (relay !== 'auto') return relay === 'on'
    return this.#evidence.verdict(performance.now()) === 'public'
  }

  /** Somebody from elsewhere has called on its own account: so can everybody. */
  #isStrangersCall(connection: Connection): boolean {
    const address = `${connection.remoteAddr}`
    const host = address.split('/')[2] ?? ''
    return (
      connection.direction === 'inbound' &&
      !isRelayed(connection) &&
      isPublicAddress(address) &&
      !isNear(address, ownNetworks()) &&
      !this.#observations.hosts.includes(host) &&
      !this.#running?.punch?.isPunched(connection) &&
      !this.#running?.punch?.isPunching(`${connection.remotePeer}`)
    )
  }
}
