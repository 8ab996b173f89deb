import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import {
  BATCHES,
  batchesOf,
  readVector,
  replicaOf,
  writeCase,
  writeVector
} from '../../../bench/training/batches.ts'
import { CASES } from '../../../bench/training/cases.ts'

const dense = (from: number, to: number): number => (from + 1) * to
const convolution = (side: number, from: number, to: number): number => side * side * from * to

/** Counted layer by layer, from the architectures' descriptions. */
const COUNTS: Readonly<Record<string, number>> = {
  mlp: dense(784, 256) + dense(256, 128) + dense(128, 10),
  cnn: convolution(3, 1, 16) + 16 + convolution(3, 16, 32) + 32 + dense(7 * 7 * 32, 10),
  gpt:
    96 * 128 +
    64 * 128 +
    5 * (2 * 2 * 128 + 4 * 128 * 128 + dense(128, 512) + dense(512, 128)) +
    2 * 128,
  resnet20:
    convolution(3, 3, 16) +
    6 * convolution(3, 16, 16) +
    convolution(3, 16, 32) +
    5 * convolution(3, 32, 32) +
    convolution(3, 32, 64) +
    5 * convolution(3, 64, 64) +
    2 * (7 * 16 + 6 * 32 + 6 * 64) +
    dense(64, 10)
}

for (const [name, open] of Object.entries(CASES)) {
  test(`${name} has the parameters of its description`, (t) => {
    const { model, parameters } = open()
    t.is(parameters, COUNTS[name]!)
    t.is(model.layout.length, parameters)
  })

  test(`${name} is measured on full batches of its own examples, always the same`, (t) => {
    const one = open()
    const { features, places, classes } = one.model
    const batches = batchesOf(one)
    t.is(batches.length, BATCHES)
    for (const [i, { x, labels }] of batches.entries()) {
      t.is(x.length, one.batch * features, `batch ${i}`)
      t.is(labels.length, one.batch * places, `batch ${i}`)
      t.true(Math.max(...labels) < classes, `batch ${i}`)
    }
    t.deepEqual(batchesOf(open(), 1)[0], batches[0])
    t.notDeepEqual(batches[1], batches[0])
  })
}

test('what is written for other programs is what we train on', async (t) => {
  const one = CASES['mlp']!()
  const folder = await writeCase(one)
  t.teardown(() => rm(folder, { recursive: true }))
  t.deepEqual(await readVector(join(folder, 'replica.f32')), replicaOf(one))
  const x = await readVector(join(folder, 'x.bin'))
  const [, second] = batchesOf(one, 2)
  t.deepEqual(x.subarray(second!.x.length, 2 * second!.x.length), second!.x)
  const path = join(folder, 'copy.f32')
  await writeVector(path, x.subarray(1, 4))
  t.deepEqual(await readVector(path), x.slice(1, 4))
})
