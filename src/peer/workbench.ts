import { InvalidInputError } from '../errors.ts'
import { saveReplica } from '../storage/replica-file.ts'
import { STRATEGIES } from '../strategy/registry.ts'
import type { Compute, Kinds } from '../strategy/strategy.ts'
import { manifestHash, recipeOf } from '../swarm/manifest.ts'
import { openBench } from '../training/bench.ts'
import type { Evaluator } from '../training/evaluate.ts'
import type { MeteredTrainer } from '../training/meter.ts'
import type { Layout } from '../vector/layout.ts'
import type { ComputeAnswer, ComputeRequest, ComputeSetup, Measure } from './compute-messages.ts'

/** Everything of a peer that touches vectors. Lives on the compute thread. */
export interface Workbench {
  readonly backend: string
  readonly explanation: readonly string[]
  readonly layout: Layout
  /** Training rows of this peer's shard. */
  readonly rows: number
  readonly classes: readonly number[] | null
  perform(request: ComputeRequest): Promise<ComputeAnswer>
}

/** Opens backend and data, and builds what the manifest describes; throws InvalidInputError. */
export const openWorkbench = async (
  setup: ComputeSetup,
  onProgress?: (done: number) => void
): Promise<Workbench> => {
  const { manifest, dataPath, weightsPath, backend, diagnostics } = setup
  const recipe = recipeOf(manifest)
  const wanted = { shards: [setup.shard], validation: false }
  const { shards } = manifest
  const bench = await openBench({
    recipe,
    dataPath,
    weightsPath,
    shards,
    wanted,
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
    backend: bench.backend,
    explanation: bench.explanation,
    layout,
    rows: trainer.rows,
    classes: trainer.classes,
    perform: performer(compute, trainer, bench.evaluator())
  }
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
    return { loss, diverging, trouble, accuracy, testLoss, computeSeconds }
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
        await saveReplica(request.path, trainer.layout, compute.replica, compute.mixed)
        return { type: 'save' }
      case 'fingerprint':
        return { type: 'fingerprint', fingerprint: compute.fingerprint?.() ?? null }
    }
  }
}
