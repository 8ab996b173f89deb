import type { PeerId } from '@libp2p/interface'
import type { kadDHT } from '@libp2p/kad-dht'

/** What kad-dht takes from libp2p; each part can be one of ours. */
export type KadComponents = Parameters<ReturnType<typeof kadDHT>>[0]

export type Kad = ReturnType<ReturnType<typeof kadDHT>>

/** Of the class in kad-dht 15.1.11, not of its interface. */
export interface KadClass extends Kad {
  readonly routingTable: {
    readonly size: number
    add(peer: PeerId): Promise<void>
    remove(peer: PeerId): Promise<void>
    addEventListener(type: 'peer:add', listener: () => void): void
  }
  addEventListener(type: 'peer', listener: (event: CustomEvent<Contact>) => void): void
  start(): Promise<void>
  stop(): Promise<void>
}

/** What a reply names: anybody. */
export interface Contact {
  readonly id: PeerId
  readonly multiaddrs: readonly { toString(): string }[]
}

/** Of one message with all that comes with it on its stream; 20 contacts and 12 providers are 16 KB. */
export const MAX_MESSAGE_BYTES = 64 << 10
