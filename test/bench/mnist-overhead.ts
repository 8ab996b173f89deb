/**
 * What a swarm of models costs beside its gradients. The same batches' gradients are computed a
 * second time, alone, after every few rounds of the run: both are timed in one process, within
 * seconds of each other. All times are processor time.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCompressor } from '../../src/compression/index.ts'
import { parseScenario, recipeOfScenario, type Scenario } from '../../src/simulation/scenario.ts'
import { createVirtualSwarm, runVirtualSwarm } from '../../src/simulation/virtual-swarm.ts'
import { STRATEGIES } from '../../src/strategy/registry.ts'
import { swarmStreams } from '../../src/swarm/streams.ts'
import { createEvaluator } from '../../src/training/evaluate.ts'
import { createModel } from '../../src/training/models/create-model.ts'
import type { BuiltInConfig } from '../../src/training/models/model.ts'
import { openExamples } from '../../src/training/swarm-examples.ts'
import { createTrainer } from '../../src/training/trainer.ts'
import { openWasmEngine } from '../../src/training/wasm/wasm-engine.ts'
import { decodeFrame, encodeFrame } from '../../src/wire/frame.ts'
import { contextOf } from '../helpers/virtual.ts'
import { BareGradients } from './bare-gradients.ts'
import { processorSeconds, Stopwatches } from './stopwatches.ts'
import { timedStrategy, timedTrainer } from './timed-strategy.ts'

export interface MnistOverhead {
  readonly gradients: number
  readonly exchangeSides: number
  /** The run without evaluation, and the same gradients alone. */
  readonly runSeconds: number
  readonly gradientSeconds: number
  /** Where the run spent its time. */
  readonly parts: Readonly<Record<string, number>>
  /** One evaluation of one replica, which the run above leaves out. */
  readonly evaluationSeconds: number
}

const TAG = { manifest: 1, layout: 2 }
/** Rounds of the swarm between two looks at the bare gradients: a second or two of each. */
const STRETCH = 5
const REPEATS = 200

/** `steps`: local steps of every peer, 1600 in the file. */
const scenarioOf = (folder: string, steps: number): Scenario => {
  const path = join(import.meta.dirname, '../../simulations/mnist-16/scenario.json')
  const document = JSON.parse(readFileSync(path, 'utf8'))
  return parseScenario({
    ...document,
    data: { ...document.data, path: folder },
    training: { ...document.training, steps }
  })
}

/** Seconds to make and to check one frame around a body of `bytes`. */
const frameSeconds = (bytes: number): number => {
  const watches = new Stopwatches()
  const body = new Uint8Array(bytes).fill(0x5a)
  const once = (): unknown => decodeFrame(TAG, encodeFrame(TAG, 4, body))
  for (let i = 0; i < REPEATS; i++) once()
  for (let i = 0; i < REPEATS; i++) watches.time('frame', once)
  return watches.seconds('frame') / REPEATS
}

const partsOf = (watches: Stopwatches, runSeconds: number, exchangeBytes: number) => {
  const training = watches.seconds('training')
  const gradients = watches.seconds('gradients')
  const known = {
    gradients,
    'training beside gradients': training - gradients,
    'slow momentum': watches.seconds('local-steps') - training,
    encode: watches.seconds('encode'),
    mix: watches.seconds('mix'),
    messages: watches.seconds('messages'),
    frames: watches.count('mix') * frameSeconds(exchangeBytes)
  }
  const sum = Object.values(known).reduce((total, seconds) => total + seconds, 0)
  return { ...known, 'events and network': runSeconds - sum }
}

export const measureMnist = async (folder: string, steps: number): Promise<MnistOverhead> => {
  const scenario = scenarioOf(folder, steps)
  const recipe = recipeOfScenario(scenario)
  const { training, seed, peers } = scenario
  const { batches, initial, partition } = swarmStreams(seed)
  const data = await openExamples({ recipe, dataPath: folder, shards: peers }, partition)
  const model = createModel(recipe.model as BuiltInConfig, data.sides)
  const engine = openWasmEngine(model, training.batch)
  const examples = Array.from({ length: peers }, (_, peer) => data.shard(peer))
  const streams = examples.map((_, peer) => batches(peer))

  const watches = new Stopwatches()
  const bare = new BareGradients(engine, examples, streams)
  const strategy = STRATEGIES[scenario.strategy.name]!.create(
    recipe,
    model.layout,
    contextOf(scenario.peers)
  )
  let completions = 0
  const swarm = createVirtualSwarm({
    strategy: timedStrategy(strategy, watches),
    peers,
    trainer: (peer) => {
      const shard = { examples: examples[peer]!, random: batches(peer) }
      return timedTrainer(createTrainer({ engine, model, training, initial, shard }), watches)
    },
    topology: scenario.topology,
    network: scenario.network,
    stepMs: () => 5,
    tag: TAG,
    seed,
    onRound: () => {
      if (++completions % (peers * STRETCH) > 0) return
      watches.time('paused', () => {
        for (const { index, replica } of swarm.members) {
          bare.compute(index, replica!, STRETCH * training.localSteps, watches)
        }
      })
    }
  })
  const began = processorSeconds()
  await runVirtualSwarm(swarm)
  const runSeconds = processorSeconds() - began - watches.seconds('paused')

  const evaluator = createEvaluator({ engine, model }, data.test())
  watches.time('evaluation', () => evaluator.evaluate(swarm.members[0]!.replica!))
  const exchangeBytes = createCompressor(recipe.compression).maxBytes(model.layout.length)
  return {
    gradients: watches.count('gradients'),
    exchangeSides: watches.count('mix'),
    runSeconds,
    gradientSeconds: watches.seconds('gradients'),
    parts: partsOf(watches, runSeconds, exchangeBytes),
    evaluationSeconds: watches.seconds('evaluation')
  }
}
