import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { type Daemon, startDaemon } from '../../src/simulation/live/daemon.ts'
import { type PreparedPeer, preparePeers } from '../../src/simulation/live/prepare.ts'
import { manifestOf } from '../../src/simulation/manifest-of.ts'
import { parseScenario, recipeOfScenario } from '../../src/simulation/scenario.ts'
import { type PeerSummary, peerSummarySchema } from '../../src/storage/peer-summary.ts'
import { openBench } from '../../src/training/bench.ts'
import { PROGRAM, temporaryFolder } from '../helpers/program.ts'
import { writeData } from '../integration/cli-harness.ts'

const PEERS = 8
const KILLED = 2
const LATE = 7
/** A round has so long at the least: a process starts in some of them. */
const INTERVAL_MS = 40

const SCENARIO = {
  name: 'one-hash',
  seed: 5,
  mode: 'live',
  peers: PEERS,
  model: { name: 'mlp', hidden: [8] },
  data: { name: 'mnist', partition: { kind: 'dirichlet', alpha: 0.5 } },
  training: { learningRate: 0.1, batch: 4, localSteps: 2, steps: 250 },
  strategy: { name: 'delta-set', intervalMs: INTERVAL_MS },
  topology: { name: 'random-regular', degree: 3, lifetime: 50 }
}

/** Nobody has been told of this peer's address: it makes itself known. */
const forget = async (peers: readonly PreparedPeer[], unknown: PreparedPeer): Promise<void> => {
  const read = async ({ configFile }: PreparedPeer) =>
    JSON.parse(await readFile(configFile, 'utf8'))
  const [listen] = (await read(unknown)).listen
  for (const peer of peers) {
    const config = await read(peer)
    const known = config.peers.filter((address: string) => !address.startsWith(`${listen}/`))
    await writeFile(peer.configFile, JSON.stringify({ ...config, peers: known }))
  }
}

const summaryOf = async ({ state }: PreparedPeer): Promise<PeerSummary> =>
  peerSummarySchema.parse(JSON.parse(await readFile(join(state, 'summary.json'), 'utf8')))

test('eight daemons, one killed and restarted and one late, should end with one replica hash', async (t) => {
  const folder = await temporaryFolder(t)
  const dataPath = join(folder, 'data')
  await writeData(dataPath)
  const scenario = parseScenario(SCENARIO)
  const { layout } = await openBench({
    recipe: recipeOfScenario(scenario),
    dataPath,
    shards: PEERS,
    backend: 'cpu'
  })
  const peers = await preparePeers(scenario, manifestOf(scenario, layout), dataPath, folder)
  await forget(peers, peers[LATE]!)

  /** Rounds that the peer's current process has completed. */
  const rounds = peers.map(() => 0)
  const watchers = new Set<() => void>()
  const reached = (peer: number, count: number): Promise<void> =>
    new Promise((done) => {
      const look = (): void => {
        if (rounds[peer]! < count) return
        watchers.delete(look)
        done()
      }
      watchers.add(look)
      look()
    })
  const start = ({ index, configFile }: PreparedPeer, life = 1): Daemon => {
    rounds[index] = 0
    const daemon = startDaemon({
      command: [process.execPath, PROGRAM],
      configFile,
      logFile: join(folder, `${index}-${life}.log`),
      onRecord: () => {
        rounds[index]!++
        for (const look of watchers) look()
      }
    })
    t.teardown(() => daemon.kill())
    return daemon
  }

  const daemons = peers.filter(({ index }) => index !== LATE).map((peer) => start(peer))
  await reached(KILLED, 10)
  daemons[KILLED]!.kill()
  t.like(await daemons[KILLED]!.ended, { signal: 'SIGKILL' })
  daemons[KILLED] = start(peers[KILLED]!, 2)
  daemons[LATE] = start(peers[LATE]!)
  const endings = await Promise.all(daemons.map(({ ended }) => ended))
  t.deepEqual(
    endings,
    daemons.map(() => ({ code: 0, signal: null }))
  )
  t.true(rounds[KILLED]! > 0, 'the restarted peer has gone on training')
  t.true(rounds[LATE]! > 0, 'the late peer has trained')

  const summaries = await Promise.all(peers.map(summaryOf))
  const [hash] = summaries.map(({ replicaHash }) => replicaHash)
  t.regex(hash!, /^[0-9a-f]{64}$/)
  for (const { peer, replicaHash, rejected, accuracy } of summaries) {
    t.is(replicaHash, hash!, `peer ${peer}`)
    t.deepEqual(rejected, {}, `peer ${peer}`)
    t.is(accuracy, summaries[0]!.accuracy)
  }
})
