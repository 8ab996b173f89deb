import type { Connection } from '@libp2p/interface'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'
import { isCircuit } from '../reach/addresses.ts'
import { callHost } from './call.ts'
import { dialFailure, otherPeer } from './dial-failure.ts'
import { type Failure, failureOf } from './failure.ts'
import { createProbeNode, type ProbeNode, STEP } from './probe-node.ts'

/** What came of one address. Exactly one of `connection` and `failure` is there. */
export type Reach =
  | {
      readonly failure: null
      readonly connection: Connection
      /** Until TCP was there; null: through a relay, or a name that only libp2p resolves. */
      readonly milliseconds: Milliseconds | null
    }
  | { readonly failure: Failure; readonly connection: null; readonly milliseconds: null }

const failed = (failure: Failure): Reach => ({ failure, connection: null, milliseconds: null })

const COPY = 'give one such as /ip4/192.0.2.1/tcp/4001/p2p/12D3KooW..., as a member shows it'

interface Target {
  /** Without what follows the relay's own part. */
  readonly host: string
  readonly port: number
  readonly family: 4 | 6 | 0
  readonly peer: PeerName
  readonly relayed: boolean
  readonly address: Multiaddr
}

const FAMILIES: Readonly<Record<string, 4 | 6 | 0>> = { ip4: 4, ip6: 6, dns4: 4, dns6: 6, dns: 0 }

/** Null: not an address that can be called. */
const targetOf = (text: string): Target | null => {
  try {
    const address = multiaddr(text)
    const peer = address.getPeerId()
    const [first, second] = address.stringTuples()
    const [, name = '', host, transport, port] = text.split('/')
    const family = FAMILIES[name]
    const known = first !== undefined && second !== undefined && transport === 'tcp'
    if (peer === null || family === undefined || host === undefined || !known) return null
    const relayed = isCircuit(text)
    return { host, port: Number(port), family, peer, relayed, address }
  } catch {
    return null
  }
}

/** Without the name at its end: whoever is there may say who it is. */
const nameless = (text: string): Multiaddr => multiaddr(text.replace(/\/p2p\/[^/]+$/, ''))

/** Calls one address, step by step, and says at which step it ended. Never rejects. */
export const reachAddress = async (
  node: ProbeNode,
  text: string,
  step: Milliseconds = STEP,
  signal: AbortSignal = new AbortController().signal
): Promise<Reach> => {
  const target = targetOf(text)
  if (target === null) {
    return failed(failureOf('address', 'is no address that this program can call', COPY))
  }
  const { host, port, family, peer, relayed, address } = target
  const call = await callHost(host, port, family, step, signal)
  if (call.failure !== null) return failed(call.failure)
  try {
    const connection = await node.dial(relayed ? address : nameless(text), {
      signal: AbortSignal.any([signal, AbortSignal.timeout(step)]),
      force: true
    })
    const found = connection.remotePeer.toString()
    if (found === peer) {
      return { failure: null, connection, milliseconds: relayed ? null : call.milliseconds }
    }
    connection.abort(new Error('another peer'))
    return failed(otherPeer(found))
  } catch (error) {
    return failed(dialFailure(error, step / 1000, relayed))
  }
}

/** The same with a host of its own: null if the address leads to its peer. Never rejects. */
export const whyUnreached = async (text: string): Promise<Failure | null> => {
  const node = await createProbeNode()
  try {
    return (await reachAddress(node, text)).failure
  } finally {
    await node.stop()
  }
}
