/** The compute half that goes on from a checkpoint, against one that was never stopped. */
import { decode, encode } from '@ipld/dag-cbor'
import test from 'ava'
import { float16 } from '../../../../src/compression/float16.ts'
import { int8 } from '../../../../src/compression/int8.ts'
import {
  GossipCompute,
  type GossipComputeOptions
} from '../../../../src/strategy/gossip-averaging/compute.ts'
import type { Job, Result } from '../../../../src/strategy/gossip-averaging/kinds.ts'
import {
  openSyntheticBench,
  type SyntheticConfig
} from '../../../../src/training/synthetic-bench.ts'
import type { Saved } from '../../../../src/vector/saved.ts'
import { recipeWith } from '../../../helpers/recipe.ts'

const LENGTH = 50
const OPTIONS: GossipComputeOptions = {
  gamma: 1,
  slowMomentum: 0.8,
  compressor: int8,
  snapshot: float16,
  diagnostics: true
}

const recipe = recipeWith({
  model: { name: 'quadratic', parameters: LENGTH, noise: 0.3, heterogeneity: 1 },
  data: { name: 'none' },
  training: { learningRate: 0.1, steps: 100, optimizer: { name: 'sgd', momentum: 0.9 } }
})

const make = (peer: number, options = OPTIONS): GossipCompute => {
  const bench = openSyntheticBench(recipe, recipe.model as SyntheticConfig, 2)
  return new GossipCompute(options, bench.trainer(peer))
}

const kept = ({ vectors, data }: Saved): Saved => ({
  vectors: structuredClone(vectors),
  data: decode(encode(data))
})

/** Rounds of one peer and a neighbour, on an edge of this name; the jobs and results of the peer. */
const rounds = (
  peer: GossipCompute,
  neighbour: GossipCompute,
  id: string,
  from: number,
  count: number
): Array<readonly [Job, Result]> => {
  const log: Array<readonly [Job, Result]> = []
  const run = (job: Job): Result => {
    const result = peer.run(job)
    log.push([structuredClone(job), structuredClone(result)])
    return result
  }
  for (let k = 1; k <= count; k++) {
    const steps: Job = { kind: 'local-steps', steps: 3, from: 3 * (from + k) }
    const coding: Job = { kind: 'encode', edges: [{ id, k }], joining: false }
    run(steps)
    neighbour.run(steps)
    const [mine, theirs] = [run(coding), neighbour.run(coding)]
    if (mine.kind !== 'encoded' || theirs.kind !== 'encoded') throw new Error('not encoded')
    const [own, other] = [mine.edges[0]!.bytes, theirs.edges[0]!.bytes]
    const mix = { kind: 'mix', id, k, weight: 0.5, shift: 0 } as const
    run({ ...mix, own, theirs: other })
    neighbour.run({ ...mix, own: other, theirs: own })
  }
  return log
}

const checkpointOf = (compute: GossipCompute): Saved => {
  const result = compute.run({ kind: 'checkpoint' })
  if (result.kind !== 'checkpoint') throw new Error('no checkpoint')
  return result.compute
}

test('should do bit for bit what the one before would have done, on new edges', (t) => {
  const [a, b] = [make(0), make(1)]
  rounds(a, b, 'old', 0, 5)
  const saved = checkpointOf(a)
  const copy = kept(saved)
  const log = rounds(a, b, 'new', 5, 4)
  t.deepEqual(saved, copy, 'what has been saved is a copy')

  const again = make(0)
  again.run({ kind: 'local-steps', steps: 2, from: 0 }) // What it was before does not matter.
  t.deepEqual(again.run({ kind: 'resume', compute: copy }), { kind: 'resumed' })
  t.deepEqual(again.replica, saved.vectors['replica'])
  for (const [job, result] of log) t.deepEqual(again.run(job), result)
  t.deepEqual(again.replica, a.replica)
  t.deepEqual(again.mixed, a.mixed)
  t.deepEqual(kept(checkpointOf(again)), kept(checkpointOf(a)))
})

test('should name its vectors, the replica first of all', (t) => {
  t.deepEqual(Object.keys(checkpointOf(make(0)).vectors), [
    'replica',
    'mixed',
    'slow/momentum',
    'slow/anchor',
    'trainer/optimizer/velocity'
  ])
})

test('should go on with other diagnostics than before', (t) => {
  const plain = { ...OPTIONS, diagnostics: false }
  const [measured, unmeasured] = [make(0), make(0, plain)]
  rounds(measured, make(1), 'x', 0, 2)
  unmeasured.run({ kind: 'resume', compute: checkpointOf(measured) })
  t.deepEqual(unmeasured.replica, measured.replica)
  const later = make(0)
  later.run({ kind: 'resume', compute: checkpointOf(unmeasured) })
  t.deepEqual(later.replica, measured.replica)
  t.deepEqual(later.mixed, new Float64Array(LENGTH))
})

test('should refuse what something else has saved', (t) => {
  const good = checkpointOf(make(0))
  const { replica, ...without } = good.vectors
  const bad: readonly Saved[] = [
    checkpointOf(make(0, { ...OPTIONS, slowMomentum: 0 })),
    { ...good, vectors: without },
    { ...good, vectors: { ...good.vectors, replica: new Float32Array(LENGTH + 1) } },
    { ...good, vectors: { ...good.vectors, mixed: new Float32Array(LENGTH) } },
    { ...good, vectors: { ...good.vectors, 'slow/anchor': new Float32Array(1) } },
    { ...good, vectors: { ...good.vectors, base: new Int32Array(LENGTH) } },
    { ...good, vectors: { ...good.vectors, 'trainer/optimizer/m': new Float32Array(LENGTH) } },
    { ...good, data: null },
    { ...good, data: { ...(good.data as object), shift: -1 } }
  ]
  for (const [i, compute] of bad.entries()) {
    t.throws(() => make(0).run({ kind: 'resume', compute }), { instanceOf: RangeError }, `${i}`)
  }
})
