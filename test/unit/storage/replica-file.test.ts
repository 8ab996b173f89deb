import { join } from 'node:path'
import test from 'ava'
import { InvalidInputError } from '../../../src/errors.ts'
import { seeded } from '../../../src/random.ts'
import { loadReplica, saveReplica } from '../../../src/storage/replica-file.ts'
import { readSafetensors, writeSafetensors } from '../../../src/storage/safetensors.ts'
import { layoutOf } from '../../../src/vector/layout.ts'
import { folder } from './folder.ts'

const layout = layoutOf([
  { name: 'hidden/kernel', shape: [4, 3] },
  { name: 'hidden/bias', shape: [3] }
])
const random = seeded(1)
const replica = Float32Array.from({ length: layout.length }, () => random.normal())
const mixed = Float64Array.from({ length: layout.length }, () => random.normal())

test('should give back replica and diagnostics', async (t) => {
  const path = join(await folder(t), 'replica.safetensors')
  await saveReplica(path, layout, replica, mixed)
  t.deepEqual(await loadReplica(path, layout), { replica, mixed })
})

test('should give back a replica without diagnostics', async (t) => {
  const path = join(await folder(t), 'replica.safetensors')
  await saveReplica(path, layout, replica, null)
  t.deepEqual(await loadReplica(path, layout), { replica, mixed: null })
})

test("should write the model's own tensors, each by its name and shape", async (t) => {
  const path = join(await folder(t), 'replica.safetensors')
  await saveReplica(path, layout, replica, null)
  t.deepEqual(await readSafetensors(path), {
    'hidden/kernel': { shape: [4, 3], data: replica.slice(0, 12) },
    'hidden/bias': { shape: [3], data: replica.slice(12) }
  })
})

const kernel = { shape: [4, 3], data: new Float32Array(12) }
const WRONG = {
  'lacks a tensor': { 'hidden/kernel': kernel },
  'has another shape for one': {
    'hidden/kernel': { ...kernel, shape: [3, 4] },
    'hidden/bias': { shape: [3], data: new Float32Array(3) }
  }
}

for (const [what, tensors] of Object.entries(WRONG)) {
  test(`should refuse a file that ${what}`, async (t) => {
    const path = join(await folder(t), 'replica.safetensors')
    await writeSafetensors(path, tensors)
    const error = await t.throwsAsync(loadReplica(path, layout), { instanceOf: InvalidInputError })
    t.is(error?.problems[0]?.path, path)
  })
}
