export const ATTACKS = [
  'connections',
  'sockets',
  'streams',
  'pings',
  'identify',
  'gossip',
  'dht'
] as const

/** What an attacker is told: whom, where and how. */
export interface Order {
  readonly attack: (typeof ATTACKS)[number]
  /** Multiaddr of the victim, with /p2p/. */
  readonly address: string
  /** Its presence topic. */
  readonly topic: string
}

/** What it has done, and what has become of it. */
export type Counts = Readonly<Record<string, number>>
