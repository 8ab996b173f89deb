import type { PeerName } from '../strategy/strategy.ts'
import type { Refusal } from '../swarm/admission.ts'
import type { Frame, SwarmTag } from '../wire/frame.ts'
import type { WireLimits } from '../wire/limits.ts'
import type { Channel, Outgoing } from '../wire/link-end.ts'
import type { RejectReason } from '../wire/reject.ts'
import type { DoorOptions } from './door/door.ts'
import type { NodePart } from './node-part.ts'
import type { Path } from './path.ts'
import type { Announcement, Presence } from './presence.ts'
import type { Rates } from './rate-limit.ts'
import type { ReachOptions } from './reach/reach-options.ts'
import type { Reachability } from './reachability.ts'
import type { Clock } from './turns.ts'

/** What the operator and the manifest fix for one network. */
export interface NetworkOptions {
  /** 32-byte Ed25519 seed of this peer's identity. */
  readonly identitySeed: Uint8Array
  /** Multiaddrs to listen on, such as /ip4/0.0.0.0/tcp/4001. */
  readonly listen: readonly string[]
  /** Hexadecimal hash of the manifest; protocol ids and the presence topic carry its first 16 digits. */
  readonly manifestHash: string
  readonly tag: SwarmTag
  /** Null: this peer has no strategy, and takes part in no link. */
  readonly limits: WireLimits | null
  /** Bytes a second over everything on the sockets. @default no limits */
  readonly rates?: Rates
  /** The most connections that it holds. @default 320 */
  readonly connections?: number
  /** @default it listens and calls, and that is all */
  readonly reach?: ReachOptions
  /** What else the libp2p node is made of: discovery, the door. @default nothing */
  readonly parts?: readonly NodePart[]
  /** Who may be a member, and what this peer shows to be one. @default everybody, and nobody is asked */
  readonly door?: DoorOptions
  /** Of the rates; for tests. */
  readonly clock?: Clock
}

/**
 * Called on the event loop, in order per peer, until stop() has resolved; none of them may throw.
 * None is called from within a method of the network, but for `rejected` from `reject`.
 */
export interface NetworkHandlers {
  /** Up: messages can flow both ways. Down: whatever was queued or on its way may be lost. */
  link(peer: PeerName, state: 'up' | 'down'): void
  /**
   * A frame of the strategy that has passed length, version, tags, checksum and credit. `consumed`
   * says that it takes no memory or time any more: only then may the sender send as much again.
   */
  message(peer: PeerName, channel: Channel, frame: Frame, consumed: () => void): void
  /** After three of one link, or one of `length` or `credit`, the peer is reset and banned. */
  rejected(peer: PeerName, reason: RejectReason): void
  /** Every frame handed to the transport (credit frames included): its bytes with the header. */
  sent(peer: PeerName, kind: number, bytes: number): void
  received(peer: PeerName, kind: number, bytes: number): void
  /** `peer` has signed it; it may have come through others, late, or more than once. */
  presence(peer: PeerName, presence: Presence): void
  /** Discovery says that a member of this swarm can be dialled there. Nobody has checked it. */
  found?(peer: PeerName, addresses: readonly string[], by: 'mdns' | 'dht'): void
  /** An attempt to dial a wanted peer has come to nothing. */
  failed?(peer: PeerName): void
  /** `by` says which end will have nothing to do with the other; `text` is for people, with a remedy. */
  refused?(peer: PeerName, why: Refusal, by: 'self' | 'other', text: string): void
  /** The link's way has changed: another kind, or another relay. */
  path?(peer: PeerName, path: Path): void
}

/** Links to other peers. Names are libp2p peer ids, authenticated by the connection's handshake. */
export interface Network {
  readonly self: PeerName
  /** Multiaddrs, with /p2p/, that others can dial. */
  addresses(): readonly string[]
  /** Where a peer can be dialled, instead of what was known; what cannot be parsed is passed over. */
  introduce(peer: PeerName, addresses: readonly string[]): void
  /**
   * The peers to hold a link with: dialled now, and again with backoff after every failure or loss.
   * Other peers' links may be begun from their end, and stay until they have been idle for a minute.
   */
  want(peers: readonly PeerName[]): void
  /** The peers to hold a connection with for presence alone, link or no link; dialled like those. */
  meet(peers: readonly PeerName[]): void
  /**
   * Does nothing when there is no link: its `down` has been reported, or is about to be. When too
   * much is waiting already, the link goes down. @throws RangeError for a body above the limit.
   */
  send(peer: PeerName, message: Outgoing, delivery: 'latest' | 'every'): void
  /**
   * A message of this peer made no sense to the strategy: reported through `rejected` and counted
   * with the frames that this layer rejects.
   */
  reject(peer: PeerName, reason: RejectReason): void
  /** Drops the link at once; a peer that is banned is refused for a minute. */
  reset(peer: PeerName, options: { readonly ban: boolean }): void
  /** What this peer says of itself from now on, every two seconds or more. */
  announce(presence: Announcement): void
  /** How a neighbour is reached now; null: no connection. */
  path(peer: PeerName): Path | null
  /**
   * Whether so many bytes may go to `peer` the way it is reached now: what goes through a relay has to
   * fit into what is left there. False without a connection.
   */
  canCarry(peer: PeerName, bytes: number): boolean
  reachability(): Reachability
  /** How many other members this peer hears: the fewer, the more often it looks for others. */
  company(others: number): void
  /** Bytes that have left for the sockets since the start, everything but TCP's own included. */
  socketBytesSent(): number
  /** The same for what has come from them. */
  socketBytesReceived(): number
  /** Holds to these rates from now on. */
  limit(rates: Rates): void
  /** Gives the neighbours two seconds to read what credit let go, then takes everything down. */
  stop(): Promise<void>
}
