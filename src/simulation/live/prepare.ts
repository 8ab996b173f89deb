import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { peerNameOf } from '../../network/peer-name.ts'
import { saveIdentity } from '../../storage/identity.ts'
import type { Manifest } from '../../swarm/manifest.ts'
import type { Scenario } from '../scenario.ts'
import { freePorts } from './ports.ts'

export interface PreparedPeer {
  readonly index: number
  readonly name: string
  readonly configFile: string
  readonly state: string
}

const IDENTITY_BYTES = 32

/**
 * Writes a config and an identity for every peer below `folder`. Peers are numbered in the order of
 * their names, so that the graph and the shards are those of the same scenario in virtual time.
 */
export const preparePeers = async (
  scenario: Scenario,
  manifest: Manifest,
  dataPath: string | null,
  folder: string
): Promise<readonly PreparedPeer[]> => {
  const ports = await freePorts(scenario.peers)
  const members = await Promise.all(
    ports.map(async (port) => {
      const seed = randomBytes(IDENTITY_BYTES)
      const name = await peerNameOf(seed)
      return { seed, name, listen: `/ip4/127.0.0.1/tcp/${port}` }
    })
  )
  members.sort((a, b) => (a.name < b.name ? -1 : 1))
  return Promise.all(
    members.map(async ({ seed, name, listen }, index) => {
      const home = join(folder, String(index))
      const state = join(home, 'state')
      // What an earlier run has left there would be taken for this one's, or would stay for ever.
      await rm(state, { recursive: true, force: true })
      await mkdir(state, { recursive: true })
      await saveIdentity(state, seed)
      const config = {
        manifest,
        shard: index,
        listen: [listen],
        peers: members
          .filter((other) => other.name !== name)
          .map((other) => `${other.listen}/p2p/${other.name}`),
        state: 'state',
        data: { path: dataPath },
        weights: scenario.weights,
        backend: scenario.backend,
        budget: scenario.budget,
        evaluateEvery: scenario.evaluateEvery,
        diagnostics: true,
        http: null,
        logLevel: 'info'
      }
      const configFile = join(home, 'peer.json')
      await writeFile(configFile, `${JSON.stringify(config, null, 2)}\n`)
      return { index, name, configFile, state }
    })
  )
}
