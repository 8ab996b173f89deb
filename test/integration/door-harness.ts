/** libp2p nodes with a door, and nothing behind it. */
import type { Connection } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import type { ExecutionContext } from 'ava'
import { createNode, type SwarmNode } from '../../src/network/create-node.ts'
import { Door } from '../../src/network/door/door.ts'
import { Gatekeeper } from '../../src/network/door/gatekeeper.ts'
import type { NodePart } from '../../src/network/node-part.ts'
import { peerNameOf } from '../../src/network/peer-name.ts'
import type { Pass } from '../../src/swarm/invite.ts'
import { type AdmissionRules, Admissions } from '../../src/swarm/passes.ts'
import { HASH, seedOf } from './network-harness.ts'

export const startNode = async (
  t: ExecutionContext,
  seed: number,
  parts: readonly NodePart[]
): Promise<SwarmNode> => {
  const node = await createNode({
    identitySeed: seedOf(seed),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    topic: 'none',
    handlers: {},
    parts,
    admits: () => true
  })
  t.teardown(() => node.stop())
  return node
}

export interface Guarded {
  readonly node: SwarmNode
  readonly door: Door
  readonly name: string
  readonly admissions: Admissions
  /** What was reported, such as `other not-listed`, and the sentence. */
  readonly refusals: { word: string; peer: string; text: string }[]
  /** The next report, or the first one if there was one. */
  refused(): Promise<{ word: string; text: string }>
}

export interface GuardedOptions {
  readonly rules?: AdmissionRules
  readonly pass?: Pass | null
  readonly manifestHash?: string
  readonly now?: () => number
}

export const startGuarded = async (
  t: ExecutionContext,
  seed: number,
  { rules = {}, pass = null, manifestHash = HASH, now = () => 1000 }: GuardedOptions = {}
): Promise<Guarded> => {
  const admissions = new Admissions(rules, manifestHash)
  const refusals: Guarded['refusals'] = []
  let tell = () => {}
  const first = new Promise<void>((resolve) => {
    tell = resolve
  })
  const name = await peerNameOf(seedOf(seed))
  const door = new Door({
    program: 'swarmgrad 9.9.9',
    gatekeeper: new Gatekeeper(admissions, now),
    pass,
    self: name,
    manifestHash,
    refused: (peer, why, by, text) => {
      refusals.push({ word: `${by} ${why}`, peer, text })
      tell()
    }
  })
  const node = await startNode(t, seed, [door.part])
  const refused = async () => {
    await first
    return refusals[0]!
  }
  return { node, door, name, admissions, refusals, refused }
}

/** The connection as each end has it, once the other end has it, too. */
export const connect = async (
  from: SwarmNode,
  to: SwarmNode
): Promise<readonly [here: Connection, there: Connection]> => {
  const opened = new Promise<Connection>((resolve) =>
    to.addEventListener('connection:open', ({ detail }) => resolve(detail), { once: true })
  )
  const here = await from.dial(multiaddr(to.getMultiaddrs()[0]!.toString()))
  return [here, await opened]
}
