import { describeProblem, InvalidInputError } from '../errors.ts'
import { cannotKeep } from '../storage/disk-error.ts'
import { saveReplica } from '../storage/replica-file.ts'
import { STRATEGIES } from '../strategy/registry.ts'
import type { Compute, Kinds } from '../strategy/strategy.ts'
import { type Manifest, manifestHash, recipeOf } from '../swarm/manifest.ts'
import { openBench } from '../training/bench.ts'
import type { Evaluator } from '../training/evaluate.ts'
import type { Layout } from '../vector/layout.ts'
import type { Vector } from '../vector/vector.ts'
import type { ComputeAnswer, ComputeRequest, ComputeSetup, Measure } from './compute-messages.ts'
import { checkInitialGiven, initialHash, readInitial, withInitial } from './initial.ts'
import { nodeSha256 } from './node-sha256.ts'
import { chooseData, deal, type SharedTrainer, trainerOn } from './shared-data.ts'

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

export interface WorkbenchHooks {
  /** Of reading data, 0..1. */
  readonly onProgress?: (done: number) => void
  /** Bytes of public data that have come. */
  readonly onFetch?: (done: number, total: number) => void
  /** Something that the operator should read. */
  readonly onNotice?: (text: string) => void
}

/** Opens backend and data, and builds what the manifest describes; throws InvalidInputError. */
export const openWorkbench = async (
  setup: ComputeSetup,
  { onProgress, onFetch, onNotice }: WorkbenchHooks = {}
): Promise<Workbench> => {
  const { weightsPath, initialPath, trainer: module, backend, diagnostics } = setup
  checkInitialGiven(setup.manifest, initialPath)
  const given = initialPath === null ? null : await readInitial(initialPath)
  let manifest = setup.manifest
  const initial = (layout: Layout): Vector => {
    const replica = given!(layout)
    manifest = withInitial(manifest, initialPath!, replica)
    return replica
  }
  const recipe = recipeOf(manifest)
  const data = await chooseData(setup, {
    onProgress: ({ done, total }) => onFetch?.(done, total),
    onFailed: (problem) => onNotice?.(describeProblem(problem))
  })
  const bench = await openBench({
    ...data,
    recipe,
    weightsPath,
    initial: given && initial,
    trainer: module,
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
          manifest.sharing?.kind === 'own'
            ? 'run the version of swarmgrad that the swarm runs, on data of the shape that it has'
            : 'run the version of swarmgrad that the swarm runs, on the same data; a manifest that is ' +
              'new takes this hash'
      }
    ])
  }
  if (manifest.parameters !== undefined && manifest.parameters !== layout.length) {
    const rule = `must be ${layout.length}, as many as this model has`
    const remedy = 'ask whoever made the swarm: its manifest says something that is not so'
    throw new InvalidInputError([{ path: 'manifest.parameters', rule, remedy }])
  }
  const shared = trainerOn(bench, setup)
  const { trainer } = shared
  const strategy = STRATEGIES[recipe.strategy.name]!.create(recipe, layout, {
    manifest: manifestHash(manifest),
    peers: manifest.shards,
    diagnostics,
    sha256: nodeSha256
  })
  const compute = strategy.compute(trainer)
  return {
    manifest,
    backend: bench.backend,
    explanation: bench.explanation,
    layout,
    rows: trainer.rows,
    classes: trainer.classes,
    bytes: {
      ...bench.bytes,
      data: bench.bytes.data + (shared.dealt?.mostBytes ?? 0)
    },
    perform: performer(compute, shared, setup, bench.evaluator())
  }
}

/** Processor time of this thread; Node has told it since 23.9. */
const threadSeconds = (): number | null => {
  const usage = process.threadCpuUsage?.()
  return usage === undefined ? null : (usage.user + usage.system) / 1e6
}

const performer = (
  compute: Compute<Kinds>,
  shared: SharedTrainer,
  setup: ComputeSetup,
  evaluator: Evaluator
): Workbench['perform'] => {
  const { trainer } = shared
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
      case 'portable': {
        const replica = compute.replica.slice()
        return { type: 'portable', replica, hash: initialHash(replica) }
      }
      case 'digest':
        return { type: 'digest', hash: initialHash(compute.replica) }
      case 'deal':
        return deal(shared, setup, request)
      case 'fingerprint':
        return { type: 'fingerprint', fingerprint: compute.fingerprint?.() ?? null }
    }
  }
}
