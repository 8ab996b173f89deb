/** Runs a scenario in virtual time, in this process: real gradients, modelled time, network and faults. */
import { crc32 } from 'node:zlib'
import { consensusDistance } from '../consensus/consensus-distance.ts'
import { RunFailedError } from '../errors.ts'
import { seeded } from '../random.ts'
import type { PeerDetail } from '../storage/results.ts'
import { STRATEGIES } from '../strategy/registry.ts'
import { manifestHash } from '../swarm/manifest.ts'
import { roundsOf } from '../swarm/recipe.ts'
import { openBench, type ShardTrainer } from '../training/bench.ts'
import type { Evaluation } from '../training/evaluate.ts'
import { NO_TROUBLE, type Trouble } from '../training/meter.ts'
import type { Vector } from '../vector/vector.ts'
import { tagOf } from '../wire/frame.ts'
import { runBaselines } from './baselines/run-baselines.ts'
import { dataProgress } from './data-progress.ts'
import { evaluateOnce } from './evaluate-once.ts'
import { GraphSamples } from './graph-samples.ts'
import { History } from './history.ts'
import { manifestOf } from './manifest-of.ts'
import { drawAmount } from './peer-links.ts'
import type { RunOptions } from './run-options.ts'
import { MAX_STEP_MS, recipeOfScenario, type Scenario } from './scenario.ts'
import type { RunOutcome } from './summarise.ts'
import { troubleOf } from './trouble.ts'
import type { VirtualMember } from './virtual-member.ts'
import { createVirtualSwarm, runVirtualSwarm } from './virtual-swarm.ts'

export const runVirtual = async (scenario: Scenario, options: RunOptions): Promise<RunOutcome> => {
  const began = performance.now()
  const recipe = recipeOfScenario(scenario)
  const shards = scenario.peers
  const bench = await openBench({
    recipe,
    dataPath: scenario.data.path,
    weightsPath: scenario.weights.path,
    shards,
    trainer: options.trainer ?? null,
    backend: scenario.backend,
    onProgress: dataProgress(options)
  })
  const evaluate = evaluateOnce(bench.evaluator())
  const { layout } = bench
  /** The latest of every peer: one that has lost its state has a new one. */
  const trainers = new Map<number, ShardTrainer>()
  /** Of those before. */
  const earlier = new Map<number, Trouble>()
  const troubleFor = (peer: number): Trouble =>
    troubleOf([earlier.get(peer) ?? NO_TROUBLE, trainers.get(peer)?.trouble() ?? NO_TROUBLE])
  const rounds = roundsOf(scenario.training)
  const history = new History(shards)
  const hash = manifestHash(manifestOf(scenario, layout))
  const { until } = scenario
  const initialDistance =
    until === null
      ? null
      : consensusDistance(
          Array.from({ length: shards }, (_, shard) => bench.trainer(shard).initial())
        ).absolute
  const goal = until === null ? 0 : until.distance * initialDistance!
  const reached = (): boolean => until !== null && (history.latest?.absolute ?? Infinity) <= goal
  const speeds = seeded(scenario.seed).fork('speeds')
  const reachedRounds = new Float64Array(shards)
  let progress = 0

  const swarm = createVirtualSwarm({
    strategy: STRATEGIES[scenario.strategy.name]!.create(recipe, layout, {
      manifest: hash,
      peers: shards,
      diagnostics: true
    }),
    peers: shards,
    trainer: (peer) => {
      const trainer = bench.trainer(peer)
      earlier.set(peer, troubleFor(peer))
      trainers.set(peer, trainer)
      return trainer
    },
    topology: scenario.topology,
    network: scenario.network,
    stepMs: (peer) => drawAmount(scenario.stepMs, speeds.fork(peer), [0, MAX_STEP_MS]),
    budget: scenario.budget,
    faults: scenario.faults,
    tag: { manifest: tagOf(hash), layout: tagOf(layout.hash), crc32 },
    seed: scenario.seed,
    onRound: ({ index: peer, replica }, completion) => {
      const { round, atMs } = completion
      const due = (round + 1) % scenario.evaluateEvery === 0 || round + 1 === rounds
      const test = due ? evaluate(replica!) : null
      const record = {
        peer,
        ...completion,
        loss: trainers.get(peer)!.take().loss,
        accuracy: test?.accuracy ?? null,
        testLoss: test?.loss ?? null
      }
      history.add(record)
      // A goal is looked at after every round, whatever is evaluated.
      if (due || until !== null) history.addReplica(round, replica!)
      graphs.look(round, atMs, swarm.network)
      options.onRecord(record)
      progress += round + 1 - reachedRounds[peer]!
      reachedRounds[peer] = round + 1
      options.onProgress({ stage: 'swarm', done: Math.min(1, progress / (rounds * shards)) })
    }
  })
  const graphs = new GraphSamples(
    swarm.members.map(({ name }) => name),
    rounds
  )
  await options.onStart()
  let swarmDone = false
  const failed = new AbortController()
  const signal = AbortSignal.any([options.signal, failed.signal])
  const comparing =
    scenario.baselines.length === 0
      ? null
      : runBaselines(scenario, {
          onProgress: (stage, done) => swarmDone && options.onProgress({ stage, done }),
          signal
        })
  const running = runVirtualSwarm(swarm, signal, reached).then(() => {
    swarmDone = true
  })
  // Whichever fails ends the other, and waits for it: nothing is recorded once the caller knows.
  const [, baselines] = await Promise.all([running, comparing]).catch(async (error: unknown) => {
    failed.abort()
    await Promise.allSettled([running, comparing])
    throw error
  })

  const goalReached = reached()
  const hasFinished = ({ status }: VirtualMember): boolean => goalReached || status === 'finished'
  const finished = swarm.members.filter(hasFinished)
  if (finished.length === 0 && !options.signal.aborted) {
    throw new RunFailedError('no peer has finished: all have gone, and none was to return')
  }
  const validator = bench.validator()
  const details = swarm.members.map((member) => ({
    ...detailOf(member, hasFinished(member), trainers.get(member.index), evaluate),
    ...troubleFor(member.index)
  }))
  return {
    backend: bench.backend,
    parameters: layout.length,
    interrupted: options.signal.aborted,
    details,
    replicas: finished.flatMap(({ replica }) => replica ?? []),
    mixed: swarm.members.flatMap(({ mixed }) => mixed ?? []),
    evaluate,
    validate: validator?.evaluate ?? null,
    baselines,
    history: history.entries(),
    socketPerPeer: null,
    seconds: {
      wall: (performance.now() - began) / 1000,
      virtual: swarm.clock.now / 1000,
      compute: swarm.members.reduce(
        (sum, { computeSeconds, peer }) => sum + computeSeconds + (peer?.computeSeconds ?? 0),
        0
      )
    },
    faults: {
      injected: { ...swarm.network.faults, ...swarm.faults.counts },
      observed: { ...troubleOf(details) },
      log: swarm.faults.log
    },
    initialDistance,
    roundsToGoal: goalReached ? history.latest!.round + 1 : null,
    graphs: graphs.entries
  }
}

const detailOf = (
  member: VirtualMember,
  finished: boolean,
  trainer: ShardTrainer | undefined,
  evaluate: (replica: Vector) => Evaluation
): Omit<PeerDetail, keyof Trouble> => {
  const { index, status, replica, counters, link, stepMs } = member
  const test = finished && replica !== null ? evaluate(replica) : null
  return {
    peer: index,
    status: finished ? 'finished' : status,
    rows: trainer?.rows ?? null,
    accuracy: test?.accuracy ?? null,
    loss: test?.loss ?? null,
    alone: null,
    classes: trainer?.classes == null ? null : [...trainer.classes],
    link: link.name,
    stepMs,
    replicaHash: finished ? member.replicaHash : null,
    ...counters.tally()
  }
}
