/**
 * Runs a scenario live: one daemon process for each peer, TCP on loopback. The launcher starts,
 * watches and stops them; what they say to each other never passes through it.
 */
import { join } from 'node:path'
import { REPLICA_FILE } from '../../storage/peer-summary.ts'
import { loadReplica } from '../../storage/replica-file.ts'
import type { RoundRecord } from '../../storage/round-record.ts'
import { roundsOf } from '../../swarm/recipe.ts'
import { openBench } from '../../training/bench.ts'
import { runBaselines } from '../baselines/run-baselines.ts'
import { dataProgress } from '../data-progress.ts'
import { History } from '../history.ts'
import { manifestOf } from '../manifest-of.ts'
import { mean } from '../mean.ts'
import type { RunOptions } from '../run-options.ts'
import { recipeOfScenario, type Scenario } from '../scenario.ts'
import type { RunOutcome } from '../summarise.ts'
import { type Daemon, startDaemon } from './daemon.ts'
import { detailOf, endingText, observedFaults, requireSurvivors } from './endings.ts'
import { type PreparedPeer, preparePeers } from './prepare.ts'
import { watchDaemons } from './watch.ts'

/** Who looks on while the peers run. */
export interface Spectator {
  started(peers: readonly PreparedPeer[]): void
  /** `how` in a few words: `finished`, `died (SIGKILL)`. */
  ended(peer: PreparedPeer, how: string): void
}

export interface LiveOptions extends RunOptions {
  /** Where the peers' folders go. */
  readonly folder: string
  /** The program that runs a peer, without its `peer --config` arguments. */
  readonly command: readonly string[]
  readonly spectator: Spectator | null
}

export const runLive = async (scenario: Scenario, options: LiveOptions): Promise<RunOutcome> => {
  const began = performance.now()
  const recipe = recipeOfScenario(scenario)
  const { path: dataPath } = scenario.data
  const bench = await openBench({
    recipe,
    dataPath,
    weightsPath: scenario.weights.path,
    shards: scenario.peers,
    // The peers and the baselines read their own.
    wanted: { shards: [] },
    backend: scenario.backend,
    onProgress: dataProgress(options)
  })
  const { layout } = bench
  const manifest = manifestOf(scenario, layout)
  await options.onStart()
  const peers = await preparePeers(scenario, manifest, dataPath, options.folder)
  options.spectator?.started(peers)
  const rounds = roundsOf(scenario.training)
  const history = new History(scenario.peers)
  const last = new Map<number, RoundRecord>()
  let completed = 0

  const logs = peers.map(({ index }) => join(options.folder, String(index), 'peer.log'))
  const start = ({ configFile, index }: PreparedPeer): Daemon =>
    startDaemon({
      command: options.command,
      configFile,
      logFile: logs[index]!,
      onRecord: (record) => {
        history.add(record)
        last.set(record.peer, record)
        options.onRecord(record)
        completed++
        options.onProgress({ stage: 'swarm', done: completed / (rounds * scenario.peers) })
      }
    })
  const ended = await watchDaemons(peers, start, options.signal, ({ peer, ending, summary }) =>
    options.spectator?.ended(peer, endingText(ending, summary))
  )
  if (!options.signal.aborted) await requireSurvivors(ended, logs)

  const evaluator = bench.evaluator()
  const finished = ended.filter(({ summary }) => summary !== null)
  const saved = await Promise.all(
    finished.map(({ peer }) => loadReplica(join(peer.state, REPLICA_FILE), layout))
  )
  const baselines =
    scenario.baselines.length === 0
      ? null
      : await runBaselines(scenario, {
          onProgress: (stage, done) => options.onProgress({ stage, done }),
          signal: options.signal
        })
  const validator = bench.validator()
  const details = ended.map((one) => detailOf(one, last.get(one.peer.index)))
  const summaries = finished.flatMap(({ summary }) => summary ?? [])
  return {
    backend: summaries[0]?.backend ?? bench.backend,
    parameters: layout.length,
    interrupted: options.signal.aborted,
    details,
    replicas: saved.map(({ replica }) => replica),
    mixed: saved.flatMap(({ mixed }) => mixed ?? []),
    evaluate: evaluator.evaluate,
    validate: validator?.evaluate ?? null,
    baselines,
    history: history.entries(),
    socketPerPeer:
      summaries.length === 0 ? null : mean(summaries.map((summary) => summary.socketBytesSent)),
    seconds: {
      wall: (performance.now() - began) / 1000,
      virtual: null,
      compute: summaries.reduce((sum, { computeSeconds }) => sum + computeSeconds, 0)
    },
    faults: { injected: {}, observed: observedFaults(details), log: [] },
    initialDistance: null,
    roundsToGoal: null,
    graphs: []
  }
}
