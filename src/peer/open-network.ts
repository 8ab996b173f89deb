import { crc32 } from 'node:zlib'
import { discoveryPart } from '../network/discovery/discovery-part.ts'
import { createNetwork } from '../network/libp2p-network.ts'
import type { Network, NetworkHandlers } from '../network/network.ts'
import type { NodePart } from '../network/node-part.ts'
import type { Manifest } from '../swarm/manifest.ts'
import { manifestHash } from '../swarm/manifest.ts'
import { tagOf } from '../wire/frame.ts'
import { wireLimits } from '../wire/limits.ts'
import type { PeerConfig } from './config.ts'
import { ratesOf } from './limits/rates.ts'
import type { MembershipRules } from './membership-rules.ts'
import type { Session } from './session.ts'

export interface NetworkSetup {
  readonly config: PeerConfig
  /** As it is once the model has been opened. */
  readonly manifest: Manifest
  readonly identitySeed: Uint8Array
  /** Null: a bootstrap peer, which has no links. */
  readonly session: Session | null
  readonly rules: MembershipRules
  /** What else the node is made of. */
  readonly parts: readonly NodePart[]
}

/** Everything that is about strangers is off in a swarm that nobody has signed: it has its configs. */
export const openNetwork = async (
  { config, manifest, identitySeed, session, rules, parts }: NetworkSetup,
  handlers: NetworkHandlers
): Promise<Network> => {
  const hash = manifestHash(manifest)
  const isPublic = manifest.creator !== undefined
  let network: Network | null = null
  const discovery = discoveryPart({
    manifestHash: hash,
    mdns: config.discovery.mdns ?? isPublic,
    dht: config.discovery.dht ?? (isPublic ? 'own' : 'off'),
    reachable: () => network?.reachability().verdict === 'public',
    found: (...about) => handlers.found?.(...about)
  })
  network = await createNetwork(
    {
      identitySeed,
      listen: config.listen,
      manifestHash: hash,
      tag: { manifest: tagOf(hash), layout: tagOf(manifest.layout), crc32 },
      limits: session === null ? null : wireLimits(session.strategy.codec.maxBody),
      connections: config.limits.connections,
      rates: ratesOf(config.limits),
      reach: { ...config.reach, on: isPublic },
      parts: [discovery, ...rules.parts, ...parts],
      ...(rules.door === null ? {} : { door: rules.door })
    },
    handlers
  )
  return network
}
