/** `swarmgrad evaluate`: the test set's loss and accuracy of a replica, on this machine's data. */
import { replicaOf } from '../storage/replica-file.ts'
import { recipeOf } from '../swarm/manifest.ts'
import { openBench } from '../training/bench.ts'
import type { EvaluateFlags } from './commands/evaluate.ts'
import { describeReplica, findReplica } from './find-replica.ts'
import { checkLayout } from './model-of-config.ts'
import { loadPeerConfig } from './peer-config.ts'
import { harmless } from './print-error.ts'

interface Figures {
  /** 0..1; null of texts and synthetic models. */
  readonly accuracy: number | null
  /** Nats. */
  readonly loss: number
}

const say = (text: string): void => void process.stderr.write(`${harmless(text)}\n`)

const linesOf = ({ accuracy, loss }: Figures): string => {
  const line = `loss      ${loss.toFixed(4)}`
  return accuracy === null ? line : `accuracy  ${(100 * accuracy).toFixed(2)} %\n${line}`
}

export const evaluate = async (flags: EvaluateFlags): Promise<void> => {
  const config = await loadPeerConfig(flags.config)
  const { manifest } = config
  const found = await findReplica(config, flags.from)
  say(`evaluating ${describeReplica(found)}`)
  const bench = await openBench({
    recipe: recipeOf(manifest),
    dataPath: config.data.path,
    weightsPath: config.weights.path,
    shards: manifest.shards,
    wanted: { shards: [], validation: false },
    backend: flags.backend ?? config.backend
  })
  try {
    checkLayout(bench.layout, manifest.layout)
    const replica = replicaOf(bench.layout, found.tensors, found.path)
    say(`data read, computing on ${bench.backend}`)
    const { accuracy, loss } = bench.evaluator().evaluate(replica)
    const { kind, path, round } = found
    const document = {
      model: manifest.model.name,
      data: manifest.data.name,
      from: { kind, path, round },
      backend: bench.backend,
      accuracy,
      loss
    }
    const text = flags.json ? JSON.stringify(document, null, 2) : linesOf(document)
    process.stdout.write(`${harmless(text)}\n`)
  } finally {
    bench.dispose()
  }
}
