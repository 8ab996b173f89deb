import type { Libp2p, PeerDiscovery, Transport } from '@libp2p/interface'
import type { Gate } from './gate.ts'

/**
 * A part of a libp2p node, in a file of its own: what has to be said before the node is made, and what
 * has to be done once it has started. create-node.ts puts the parts together.
 */
export interface NodePart {
  /** By name; none of another part's. Factories as libp2p takes them. */
  readonly services?: Readonly<Record<string, (components: never) => unknown>>
  /** Instead of plain TCP; of one part at the most. */
  readonly tcp?: (components: never) => Transport
  readonly transports?: readonly ((components: never) => Transport)[]
  readonly peerDiscovery?: readonly ((components: never) => PeerDiscovery)[]
  /** Whom and what it refuses; one part's no is enough. */
  readonly gate?: Gate
  /** Of a peer's addresses, what is dialled first; as for Array.sort. */
  sorts?(a: string, b: string): number
  /** What others are told of `addresses`, where this peer might be reached; without /p2p/ at the end. */
  tells?(addresses: readonly string[]): readonly string[]
  /** How many other members this peer hears. */
  company?(others: number): void
  /** Once the node has started; what it returns runs before the node is stopped. */
  attach?(node: Libp2p): undefined | (() => Promise<void> | void)
}
