/**
 * One process of `gossip-round.ts`: sends every neighbour a whole replica in fp32, as one frame over the
 * network's own streams, whenever it is told to, and says when all of theirs have come.
 */

import { createNetwork } from '../../src/network/libp2p-network.ts'
import type { Network, NetworkHandlers } from '../../src/network/network.ts'
import { wireLimits } from '../../src/wire/limits.ts'

export interface DensePeerSetup {
  /** Hexadecimal: 32 bytes. */
  readonly identitySeed: string
  readonly listen: string
  /** Every neighbour's name and address. */
  readonly neighbours: ReadonlyArray<readonly [name: string, address: string]>
  /** Of one replica. */
  readonly bytes: number
}

/** To the parent: linked with all; all have come. From it: begin, or (null) end. */
export type DensePeerReport = 'ready' | 'complete'
export type DensePeerOrder = 'exchange' | null

const KIND = 1

const report = (said: DensePeerReport): void => void process.send!(said)

export const runDensePeer = async (setup: DensePeerSetup): Promise<void> => {
  const { neighbours } = setup
  const up = new Set<string>()
  let missing = neighbours.length
  const handlers: NetworkHandlers = {
    link: (peer, state) => {
      if (state === 'down') throw new Error(`the link with ${peer} went down`)
      up.add(peer)
      if (up.size === neighbours.length) report('ready')
    },
    message: (_peer, _channel, _frame, consumed) => {
      consumed()
      if (--missing > 0) return
      missing = neighbours.length
      report('complete')
    },
    rejected: (peer, reason) => {
      throw new Error(`${reason} of ${peer}`)
    },
    sent: () => {},
    received: () => {},
    presence: () => {}
  }
  const network: Network = await createNetwork(
    {
      identitySeed: Buffer.from(setup.identitySeed, 'hex'),
      listen: [setup.listen],
      manifestHash: '00'.repeat(32),
      tag: { manifest: 0, layout: 0 },
      limits: wireLimits(setup.bytes)
    },
    handlers
  )
  for (const [name, address] of neighbours) network.introduce(name, [address])
  network.want(neighbours.map(([name]) => name))
  const body = new Uint8Array(setup.bytes).fill(0x3f)
  process.on('message', (order: DensePeerOrder) => {
    if (order === null) process.exit()
    for (const [name] of neighbours) {
      network.send(name, { kind: KIND, channel: 'bulk', body }, 'every')
    }
  })
}

await runDensePeer(JSON.parse(process.argv[2]!))
