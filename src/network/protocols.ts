import type { Channel } from '../wire/link-end.ts'

/** Names that only members of one swarm share, so that other swarms fail at negotiation. */
export interface Protocols {
  readonly channels: Readonly<Record<Channel, string>>
  /** Gossipsub topic. */
  readonly presence: string
}

export const protocolsOf = (manifestHash: string): Protocols => {
  const swarm = `/swarmgrad/${manifestHash.slice(0, 16)}`
  return {
    channels: { control: `${swarm}/control/1`, bulk: `${swarm}/bulk/1` },
    presence: `${swarm}/presence/3`
  }
}
