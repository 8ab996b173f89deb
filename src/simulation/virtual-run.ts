/** Runs a scenario in virtual time, in this process: real gradients, modelled time and network. */
import type { PeerDetail } from '../storage/results.ts'
import { STRATEGIES } from '../strategy/registry.ts'
import { manifestHash } from '../swarm/manifest.ts'
import { roundsOf } from '../swarm/recipe.ts'
import { openBench } from '../training/bench.ts'
import { tagOf } from '../wire/frame.ts'
import { trainAlone } from './alone.ts'
import { History } from './history.ts'
import { manifestOf } from './manifest-of.ts'
import type { RunOptions } from './run-options.ts'
import { recipeOfScenario, type Scenario } from './scenario.ts'
import type { RunOutcome } from './summarise.ts'
import { createVirtualSwarm, runVirtualSwarm } from './virtual-swarm.ts'

export const runVirtual = async (scenario: Scenario, options: RunOptions): Promise<RunOutcome> => {
  const began = performance.now()
  const recipe = recipeOfScenario(scenario)
  const shards = scenario.peers
  const setup = { recipe, dataPath: scenario.data.path, shards, backend: 'wasm' } as const
  const bench = await openBench(setup)
  const evaluator = bench.evaluator()
  const { layout } = bench.model
  const trainers = Array.from({ length: shards }, (_, shard) => bench.trainer(shard))
  const rounds = roundsOf(scenario.training)
  const history = new History(shards)
  const hash = manifestHash(manifestOf(scenario, layout))
  let completed = 0

  const swarm = createVirtualSwarm({
    strategy: STRATEGIES[scenario.strategy.name]!.create(recipe, layout, true),
    trainers,
    topology: scenario.topology,
    network: scenario.network,
    stepMs: () => scenario.stepMs,
    tag: { manifest: tagOf(hash), layout: tagOf(layout.hash) },
    seed: scenario.seed,
    onRound: (peer, completion) => {
      const { round } = completion
      const { replica } = swarm.peers[peer]!.compute
      const due = (round + 1) % scenario.evaluateEvery === 0
      const test = due ? evaluator.evaluate(replica) : null
      const record = {
        peer,
        ...completion,
        loss: trainers[peer]!.take().loss,
        accuracy: test?.accuracy ?? null,
        testLoss: test?.loss ?? null
      }
      if (due) history.addReplica(round, replica)
      history.add(record)
      options.onRecord(record)
      completed++
      options.onProgress({ stage: 'swarm', done: completed / (rounds * shards) })
    }
  })
  await options.onStart()
  let swarmDone = false
  const failed = new AbortController()
  const signal = AbortSignal.any([options.signal, failed.signal])
  const baseline = scenario.baselines.includes('alone')
    ? trainAlone(setup, (done) => swarmDone && options.onProgress({ stage: 'alone', done }), signal)
    : null
  const running = runVirtualSwarm(swarm, signal).then(() => {
    swarmDone = true
  })
  // Whichever fails ends the other: neither threads nor an unhandled rejection are left behind.
  const [, alone] = await Promise.all([running, baseline]).catch((error: unknown) => {
    failed.abort()
    throw error
  })

  const details = swarm.peers.map((peer, index): PeerDetail => {
    const { accuracy, loss } = evaluator.evaluate(peer.compute.replica)
    return {
      peer: index,
      status: 'finished',
      rows: trainers[index]!.rows,
      accuracy,
      loss,
      alone: null,
      ...peer.counters.tally()
    }
  })
  const replicas = swarm.peers.map(({ compute }) => compute.replica)
  return {
    backend: bench.backend,
    parameters: layout.length,
    interrupted: options.signal.aborted,
    details,
    replicas,
    mixed: swarm.peers.flatMap(({ compute }) => compute.mixed ?? []),
    evaluate: (replica) => evaluator.evaluate(replica),
    alone,
    history: history.entries(),
    socketPerPeer: null,
    seconds: {
      wall: (performance.now() - began) / 1000,
      virtual: swarm.clock.now / 1000,
      compute: swarm.peers.reduce((sum, peer) => sum + peer.computeSeconds, 0)
    },
    faults: { injected: { lostFrames: swarm.network.lost }, observed: {} }
  }
}
