import test from 'ava'
import { none } from '../../../../src/compression/none.ts'
import { RingCompute } from '../../../../src/strategy/ring-all-reduce/compute.ts'
import { gradientSource } from '../../../../src/strategy/ring-all-reduce/own-gradient.ts'
import type { Gradients } from '../../../../src/strategy/strategy.ts'
import { openBench } from '../../../../src/training/bench.ts'
import { zeros } from '../../../../src/vector/vector.ts'
import { recipeWith } from '../../../helpers/recipe.ts'
import { nothingSaved } from '../../../helpers/synthetic-trainers.ts'

test('should leave out batches whose gradient or loss is not finite, and count the others', (t) => {
  const batches = [
    [1, 2, 0.5],
    [Number.NaN, 1, 0.5],
    [1, Number.POSITIVE_INFINITY, 0.5],
    [9, 9, Number.NaN],
    [3, 4, 1.5]
  ]
  let at = 0
  const gradients: Gradients = {
    rows: () => 10,
    gradient: (_, into) => {
      const [a, b, loss] = batches[at++]!
      into.set([a!, b!])
      return loss!
    },
    follow: () => true,
    optimizer: nothingSaved,
    draws: nothingSaved
  }
  const part = zeros(2)
  const source = gradientSource(gradients, part, zeros(2))
  t.deepEqual(source.part(zeros(2), batches.length, 1, 0), { loss: 1, samples: 20 })
  t.deepEqual([...part], [40, 60])
  at = 1
  t.deepEqual(source.part(zeros(2), 3, 1, 0), { loss: null, samples: 0 })
  t.deepEqual([...part], [0, 0])
})

test('should take no step along a mean that is not finite, whoever sent it', async (t) => {
  const recipe = recipeWith({
    model: { name: 'quadratic', parameters: 4 },
    data: { name: 'none' },
    training: { learningRate: 0.1, batch: 1, localSteps: 1, steps: 10 },
    strategy: { name: 'ring-all-reduce' }
  })
  const bench = await openBench({ recipe, dataPath: null, shards: 2, backend: 'cpu' })
  const sha256 = () => new Uint8Array(32)
  const options = { compressor: none, exact: true, chunkBytes: 1024, sha256 }
  const compute = new RingCompute(options, bench.trainer(0))
  const before = compute.replica.slice()
  const place = { generation: 1, step: 0, chunk: 0, bucket: 0, from: 0, to: 4 }
  compute.run({ kind: 'gradient', batches: 1, mean: 1, at: 0 })
  const bytes = none.encode(Float32Array.of(1, Number.NaN, 1, 1))
  compute.run({ kind: 'take', bytes, gives: false, ...place })
  compute.run({ kind: 'apply', at: 0, samples: 2, alone: false })
  t.deepEqual(compute.replica, before)
  // The next one is made as if nothing had been.
  compute.run({ kind: 'gradient', batches: 1, mean: 1, at: 1 })
  const good = none.encode(Float32Array.of(2, 4, 6, 8))
  compute.run({ kind: 'take', bytes: good, gives: false, ...place })
  compute.run({ kind: 'apply', at: 1, samples: 2, alone: false })
  const moved = Array.from(compute.replica, (value, i) => before[i]! - value)
  for (const [i, by] of moved.entries()) t.true(Math.abs(by - 0.1 * (i + 1)) < 1e-6, `${by}`)
})
