/** The compute thread's side of a swarm that begins with a file. */
import { join } from 'node:path'
import test from 'ava'
import { InvalidInputError } from '../../../src/errors.ts'
import type { ComputeSetup } from '../../../src/peer/compute-messages.ts'
import { initialHash } from '../../../src/peer/initial.ts'
import { openWorkbench } from '../../../src/peer/workbench.ts'
import { writeFileAtomic } from '../../../src/storage/atomic-file.ts'
import { replicaBytes } from '../../../src/storage/replica-file.ts'
import { manifestSchema } from '../../../src/swarm/manifest.ts'
import { layoutOf } from '../../../src/vector/layout.ts'
import { temporaryFolder } from '../../helpers/program.ts'

const LAYOUT = layoutOf([{ name: 'x', shape: [40] }])
const REPLICA = Float32Array.from({ length: 40 }, (_, i) => Math.sin(i))
const MANIFEST = manifestSchema.parse({
  name: 'begun',
  shards: 2,
  layout: LAYOUT.hash,
  model: { name: 'quadratic', parameters: 40 },
  data: { name: 'none' },
  training: { learningRate: 0.1, steps: 8 },
  strategy: { name: 'gossip-averaging' },
  topology: { name: 'full' }
})
const setup = (fields: Partial<ComputeSetup>): ComputeSetup => ({
  manifest: MANIFEST,
  self: 'self',
  shard: 0,
  dataPath: null,
  maxDataBytes: null,
  cacheFolder: null,
  weightsPath: null,
  initialPath: null,
  trainer: null,
  backend: 'wasm',
  diagnostics: false,
  ...fields
})

const replicaOf = async (fields: Partial<ComputeSetup>) => {
  const workbench = await openWorkbench(setup(fields))
  const answer = await workbench.perform({ type: 'replica' })
  return { workbench, replica: answer.type === 'replica' ? answer.replica : null }
}

test('should begin with the file, and say which swarm that is', async (t) => {
  const initialPath = join(await temporaryFolder(t), 'begin.safetensors')
  await writeFileAtomic(initialPath, replicaBytes(LAYOUT, REPLICA))
  const { workbench, replica } = await replicaOf({ initialPath })
  t.deepEqual(replica, REPLICA)
  const initial = initialHash(REPLICA)
  t.deepEqual(workbench.manifest, { ...MANIFEST, initial })
  const again = await replicaOf({ initialPath, manifest: { ...MANIFEST, initial } })
  t.deepEqual(again.workbench.manifest, { ...MANIFEST, initial })
})

test('should leave the manifest alone without a file', async (t) => {
  const { workbench, replica } = await replicaOf({})
  t.is(workbench.manifest, MANIFEST)
  t.notDeepEqual(replica, REPLICA)
})

test('should give copies of the replica', async (t) => {
  const { workbench, replica } = await replicaOf({})
  replica!.fill(5)
  const answer = await workbench.perform({ type: 'replica' })
  t.true(answer.type === 'replica' && answer.replica.every((value) => value !== 5))
})

test('should refuse a swarm whose file is not given', async (t) => {
  const manifest = { ...MANIFEST, initial: 'ab'.repeat(32) }
  const error = await t.throwsAsync(openWorkbench(setup({ manifest })), {
    instanceOf: InvalidInputError
  })
  t.regex(error!.message, /^initial: /)
})
