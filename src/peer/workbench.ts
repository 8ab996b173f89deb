import { InvalidInputError } from '../errors.ts'
import { cannotKeep } from '../storage/disk-error.ts'
import { saveReplica } from '../storage/replica-file.ts'
import { STRATEGIES } from '../strategy/registry.ts'
import type { Compute, Kinds } from '../strategy/strategy.ts'
import { type Manifest, manifestHash, recipeOf } from '../swarm/manifest.ts'
import { openBench } from '../training/bench.ts'
import type { Evaluator } from '../training/evaluate.ts'
import type { MeteredTrainer } from '../training/meter.ts'
import type { Layout } from '../vector/layout.ts'
import type { Vector } from '../vector/vector.ts'
import type { ComputeAnswer, ComputeRequest, ComputeSetup, Measure } from './compute-messages.ts'
import { checkInitialGiven, readInitial, withInitial } from './initial.ts'

/** Everything of a peer that touches vectors. Lives on the compute thread. */
export interface Workbench {
  /** With the hash of the file that the replica begins with, where there is one. */
  readonly manifest: Manifest
  readonly backend: string
  readonly explanation: readonly string[]
  readonly layout: Layout
  /** Training rows of this peer's shard. */
  readonly rows: number
  readonly classes: readonly number[] | null
  /** Of memory, about. */
  readonly bytes: { readonly engine: number; readonly data: number }
  perform(request: ComputeRequest): Promise<ComputeAnswer>
}

/** Opens backend and data, and builds what the manifest describes; throws InvalidInputError. */
export const openWorkbench = async (
  setup: ComputeSetup,
  onProgress?: (done: number) => void
): Promise<Workbench> => {
  const { dataPath, weightsPath, initialPath, backend, diagnostics } = setup
  checkInitialGiven(setup.manifest, initialPath)
  const given = initialPath === null ? null : await readInitial(initialPath)
  let manifest = setup.manifest
  const initial = (layout: Layout): Vector => {
    const replica = given!(layout)
    manifest = withInitial(manifest, initialPath!, replica)
    return replica
  }
  const recipe = recipeOf(manifest)
  const wanted = { shards: [setup.shard], validation: false }
  const { shards } = manifest
  const bench = await openBench({
    recipe,
    dataPath,
    weightsPath,
    shards,
    wanted,
    initial: given && initial,
    backend,
    onProgress
  })
  const { layout } = bench
  if (layout.hash !== manifest.layout) {
    throw new InvalidInputError([
      {
        path: 'manifest.layout',
        rule: `this version builds a model of layout ${layout.hash}`,
        remedy:
          'run the version of swarmgrad that the swarm runs, on the same data; a manifest that is new ' +
          'takes this hash'
      }
    ])
  }
  const trainer = bench.trainer(setup.shard)
  const strategy = STRATEGIES[recipe.strategy.name]!.create(recipe, layout, {
    manifest: manifestHash(manifest),
    peers: manifest.shards,
    diagnostics
  })
  const compute = strategy.compute(trainer)
  return {
    manifest,
    backend: bench.backend,
    explanation: bench.explanation,
    layout,
    rows: trainer.rows,
    classes: trainer.classes,
    bytes: bench.bytes,
    perform: performer(compute, trainer, bench.evaluator())
  }
}

/** Processor time of this thread; Node has told it since 23.9. */
const threadSeconds = (): number | null => {
  const usage = process.threadCpuUsage?.()
  return usage === undefined ? null : (usage.user + usage.system) / 1e6
}

const performer = (
  compute: Compute<Kinds>,
  trainer: MeteredTrainer,
  evaluator: Evaluator
): Workbench['perform'] => {
  let computeSeconds = 0

  const measure = (evaluate: boolean): Measure => {
    const { loss, diverging } = trainer.take()
    const trouble = trainer.trouble()
    const test = evaluate ? evaluator.evaluate(compute.replica) : null
    const { accuracy, loss: testLoss } = test ?? { accuracy: null, loss: null }
    const cpuSeconds = threadSeconds()
    return { loss, diverging, trouble, accuracy, testLoss, computeSeconds, cpuSeconds }
  }

  const save = async (path: string): Promise<string | null> => {
    try {
      await saveReplica(path, trainer.layout, compute.replica, compute.mixed)
      return null
    } catch (error) {
      return cannotKeep('the replica', path, error).message
    }
  }

  return async (request) => {
    switch (request.type) {
      case 'job': {
        const began = performance.now()
        const result = compute.run(request.job)
        computeSeconds += (performance.now() - began) / 1000
        return { type: 'job', result }
      }
      case 'measure':
        return { type: 'measure', measure: measure(request.evaluate) }
      case 'save':
        return { type: 'save', refused: await save(request.path) }
      case 'replica':
        return { type: 'replica', replica: compute.replica.slice() }
      case 'fingerprint':
        return { type: 'fingerprint', fingerprint: compute.fingerprint?.() ?? null }
    }
  }
}
