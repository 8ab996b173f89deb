import { InvalidInputError, RunFailedError } from '../../errors.ts'
import type { PeerStatus } from '../../peer/monitor/status.ts'
import { manifestHash } from '../../swarm/manifest.ts'
import { peerOf } from '../../swarm/multiaddr.ts'
import { askPeer } from '../control-client.ts'
import { loadPeerConfig } from '../peer-config.ts'

/** Others cannot be told to dial this. */
const LOOPBACK = /^\/(ip4\/127\.|ip6\/::1\/|ip6\/fe80:)/

const statusOf = async (state: string): Promise<PeerStatus> => {
  const body = await askPeer(state, '/status')
  if (body === null) {
    throw new RunFailedError(
      `no peer runs on ${state}: start it with swarmgrad join or swarmgrad peer, or give addresses with --peer`
    )
  }
  return JSON.parse(body.toString()) as PeerStatus
}

/**
 * The addresses under which the peer of a document can be called now, those that strangers can use first.
 *
 * @throws InvalidInputError where it is in another swarm; RunFailedError where it does not run
 */
export const ownAddresses = async (
  configPath: string,
  hash: string
): Promise<readonly string[]> => {
  const config = await loadPeerConfig(configPath)
  if (manifestHash(config.manifest) !== hash) {
    const rule = `is the document of a peer of another swarm: ${config.manifest.name}`
    throw new InvalidInputError([{ path: configPath, rule, remedy: "give that of this swarm's" }])
  }
  const { addresses } = await statusOf(config.state)
  const usable = addresses.filter((address) => peerOf(address) !== null)
  const outside = usable.filter((address) => !LOOPBACK.test(address))
  return outside.length > 0 ? outside : usable
}
