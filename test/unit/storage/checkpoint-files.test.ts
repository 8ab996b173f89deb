import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { decode } from '@ipld/dag-cbor'
import test from 'ava'
import { StateStore } from '../../../src/storage/state-store.ts'
import { folder } from './folder.ts'
import { readIndependently } from './independent-safetensors.ts'
import { checkpointAt, type Kept, LAYOUT, life, OWNER, whole } from './state.ts'

const { vectors, data } = whole(7).compute
const replica = Array.from(vectors['replica']!)

const EXPECTED_STATE = {
  'trainer/moments': { dtype: 'F64', shape: [5], values: Array.from(vectors['trainer/moments']!) },
  base: { dtype: 'I32', shape: [4], values: Array.from(vectors['base']!) },
  'trainer/first': { dtype: 'F32', shape: [3], values: Array.from(vectors['trainer/first']!) },
  empty: { dtype: 'F32', shape: [0], values: [] }
}

test('checkpoint.json should say of whom it is, and what its files are', async (t) => {
  const place = await folder(t)
  await life(place, [whole(7)])
  const path = checkpointAt(place, 1)
  const document = JSON.parse(await readFile(join(path, 'checkpoint.json'), 'utf8'))
  t.like(document, {
    format: 'swarmgrad/checkpoint/1',
    // dag-cbor, sha2-256, of 32 bytes ab; by the multiformats package.
    manifest: {
      cid: 'bafyreiflvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvm',
      hash: OWNER.manifest
    },
    self: OWNER.self,
    number: 1,
    round: 7
  })
  t.deepEqual(Object.keys(document.files), [
    'replica.safetensors',
    'state.safetensors',
    'protocol.cbor'
  ])
  for (const [name, { bytes, sha256 }] of Object.entries<{ bytes: number; sha256: string }>(
    document.files
  )) {
    const content = await readFile(join(path, name))
    t.is(content.length, bytes, name)
    t.is(createHash('sha256').update(content).digest('hex'), sha256, name)
  }
})

test('an independent reader should find the tensors by the names of the model', async (t) => {
  const place = await folder(t)
  await life(place, [whole(7)])
  const file = readIndependently(join(checkpointAt(place, 1), 'replica.safetensors'))
  t.deepEqual(file, {
    metadata: { format: 'pt', manifest: OWNER.manifest, round: '7' },
    tensors: {
      'hidden/kernel': { dtype: 'F32', shape: [5, 3], values: replica.slice(0, 15) },
      'hidden/bias': { dtype: 'F32', shape: [3], values: replica.slice(15) }
    }
  })
  const state = readIndependently(join(checkpointAt(place, 1), 'state.safetensors'))
  t.deepEqual(state.tensors, EXPECTED_STATE)
})

test('protocol.cbor should hold the rest of the record, and no vectors', async (t) => {
  const place = await folder(t)
  await life(place, [whole(7)])
  const bytes = await readFile(join(checkpointAt(place, 1), 'protocol.cbor'))
  const { compute: _, ...rest } = whole(7)
  t.deepEqual(decode(new Uint8Array(bytes)), { ...rest, compute: { data } })
})

test('the words of whoever keeps it should be in replica.safetensors', async (t) => {
  const place = await folder(t)
  const metadata = { model: 'mlp' }
  const options = { layout: LAYOUT, keep: 2, metadata, program: 'test 1.2.3' }
  const { store } = await StateStore.open<Kept>(place, OWNER, options)
  const { path } = await store.checkpoint(whole(7))
  await store.close()
  t.like(readIndependently(join(path, 'replica.safetensors')).metadata, {
    model: 'mlp',
    round: '7'
  })
  const document = JSON.parse(await readFile(join(path, 'checkpoint.json'), 'utf8'))
  t.is(document.program, 'test 1.2.3')
})

const PROGRAM = `
import json, sys
from safetensors import safe_open
out = {}
for path in sys.argv[1:]:
    with safe_open(path, framework='numpy') as file:
        for name in file.keys():
            tensor = file.get_tensor(name)
            out[name] = [str(tensor.dtype), list(tensor.shape), tensor.tobytes().hex()]
print(json.dumps(out))
`

const hasPython =
  spawnSync('python3', ['-c', 'import numpy, safetensors']).status === 0 ? test : test.skip

hasPython(
  "Python's library should read the same (needs python3, numpy, safetensors)",
  async (t) => {
    const place = await folder(t)
    await life(place, [whole(7)])
    const paths = ['replica', 'state'].map((name) =>
      join(checkpointAt(place, 1), `${name}.safetensors`)
    )
    const { stdout } = await promisify(execFile)('python3', ['-c', PROGRAM, ...paths])
    const hex = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string =>
      Buffer.from(buffer, byteOffset, byteLength).toString('hex')
    const { replica: whole7, ...others } = vectors
    const DTYPES: Readonly<Record<string, string>> = {
      F32: 'float32',
      F64: 'float64',
      I32: 'int32'
    }
    const state = Object.entries(EXPECTED_STATE).map(([name, { dtype, shape }]) => [
      name,
      [DTYPES[dtype], shape, hex(others[name]!)]
    ])
    t.deepEqual(JSON.parse(stdout), {
      'hidden/kernel': ['float32', [5, 3], hex(whole7!.subarray(0, 15))],
      'hidden/bias': ['float32', [3], hex(whole7!.subarray(15))],
      ...Object.fromEntries(state)
    })
  }
)
