/** What is exported, loaded by tfjs, gives the logits that our own engine gives. */
import test from 'ava'
import { scaleOf } from '../../../../src/data/scale.ts'
import { layersFolder } from '../../../../src/training/export/layers-folder.ts'
import { scalingOf } from '../../../../src/training/export/prepare.ts'
import { openBackend } from '../../../../src/training/tensors/backend.ts'
import { EXPORT_CASES, exported, loaded, predicted } from './exported.ts'

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let most = a.length === b.length ? 0 : Number.NaN
  for (let i = 0; i < b.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!))
  return most
}

for (const backend of ['cpu', 'wasm'] as const) {
  // tfjs has one backend at a time.
  test.serial(`should predict on ${backend} what our engine does`, async (t) => {
    await openBackend(backend)
    for (const one of EXPORT_CASES) {
      const { folder, input, shape, logits } = exported(one)
      const model = await loaded(folder)
      const difference = largestDifference(predicted(model, input, shape), logits)
      t.true(difference < 1e-5, `${one.title}: ${difference}`)
      t.true(Math.max(...logits.map(Math.abs)) > 0.1, one.title)
      model.dispose()
    }
  })
}

test('should scale every byte as the data path does', (t) => {
  const table = scaleOf([0.4914, 0.4465], [0.247, 0.2616])
  const { factor, offset } = scalingOf(table)
  t.is(factor.length, 2)
  table.forEach((value, i) => {
    const [channel, byte] = [i >> 8, i & 255]
    t.true(Math.abs(factor[channel]! * byte + offset[channel]! - value) < 1e-6)
  })
})

test('should give every tensor once, under the name of its layer', (t) => {
  for (const one of EXPORT_CASES) {
    const { folder } = exported(one)
    const { weightsManifest } = folder.modelJson as {
      weightsManifest: Array<{ weights: Array<{ name: string }> }>
    }
    const names = weightsManifest[0]!.weights.map(({ name }) => name)
    t.is(new Set(names).size, names.length)
    for (const name of names) t.regex(name, /^\w+\/\w+$/)
  }
})

test('should cut what is large into files of 4 MiB, little-endian', (t) => {
  const data = Float32Array.from({ length: 2_500_000 }, (_, i) => i)
  const { modelJson, shards } = layersFolder({}, [{ name: 'a/b', shape: [data.length], data }], {})
  t.deepEqual(
    shards.map(({ name, bytes }) => [name, bytes.length]),
    [
      ['group1-shard1of3.bin', 4194304],
      ['group1-shard2of3.bin', 4194304],
      ['group1-shard3of3.bin', 10_000_000 - 2 * 4194304]
    ]
  )
  const all = Buffer.concat(shards.map(({ bytes }) => bytes))
  for (const i of [0, 1, 1048576, 2_499_999]) t.is(all.readFloatLE(4 * i), i)
  t.deepEqual((modelJson as { weightsManifest: unknown[] }).weightsManifest, [
    {
      paths: shards.map(({ name }) => name),
      weights: [{ name: 'a/b', shape: [2_500_000], dtype: 'float32' }]
    }
  ])
})
