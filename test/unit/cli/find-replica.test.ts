/** Where commands have a replica from, and in which order. */
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { describeReplica, findReplica } from '../../../src/cli/find-replica.ts'
import { InvalidInputError, RunFailedError } from '../../../src/errors.ts'
import { controlAddress } from '../../../src/storage/control-address.ts'
import { replicaBytes } from '../../../src/storage/replica-file.ts'
import { StateStore } from '../../../src/storage/state-store.ts'
import { manifestHash, manifestSchema } from '../../../src/swarm/manifest.ts'
import { layoutOf } from '../../../src/vector/layout.ts'
import { temporaryFolder } from '../../helpers/program.ts'

const LAYOUT = layoutOf([{ name: 'x', shape: [6] }])
const MANIFEST = manifestSchema.parse({
  name: 'found',
  shards: 1,
  layout: LAYOUT.hash,
  model: { name: 'quadratic', parameters: 6 },
  data: { name: 'none' },
  training: { learningRate: 0.1, steps: 8 },
  strategy: { name: 'gossip-averaging' },
  topology: { name: 'full' }
})
const HASH = manifestHash(MANIFEST)
const replica = (value: number) => new Float32Array(6).fill(value)

/** Paths of the checkpoints, oldest first. */
const keepCheckpoints = async (
  state: string,
  rounds: readonly number[],
  manifest = HASH
): Promise<string[]> => {
  const owner = { manifest, self: '12D3KooWSelfSelfSelfSelf' }
  const { store } = await StateStore.open(state, owner, { layout: LAYOUT, keep: 5 })
  const paths = []
  for (const round of rounds) {
    const compute = { vectors: { replica: replica(round) }, data: null }
    paths.push((await store.checkpoint({ kind: 'checkpoint', round, compute })).path)
  }
  await store.close()
  return paths
}

const keepFile = (path: string, value: number): Promise<void> =>
  writeFile(path, replicaBytes(LAYOUT, replica(value)))

/** What a running peer answers; gone after the test. */
const runPeer = async (
  t: ExecutionContext,
  state: string,
  status: number,
  body: Uint8Array
): Promise<void> => {
  const server = createServer((_, response) => {
    response.writeHead(status)
    response.end(body)
  })
  await new Promise<void>((done) => server.listen(controlAddress(state), done))
  t.teardown(() => server.close())
}

const find = (state: string, from?: string) => findReplica({ state, manifest: MANIFEST }, from)
const first = async (state: string, from?: string): Promise<number> =>
  (await find(state, from)).tensors['x']!.data[0]!

test('should ask the running peer first, then take the newest checkpoint, then the file', async (t) => {
  const state = await temporaryFolder(t)
  await keepFile(join(state, 'replica.safetensors'), 1)
  const file = await find(state)
  t.is(await first(state), 1)
  t.is(describeReplica(file), `file ${join(state, 'replica.safetensors')}`)

  const [, newest] = await keepCheckpoints(state, [3, 7])
  t.is(await first(state), 7)
  t.is(describeReplica(await find(state)), `checkpoint ${newest}, round 7`)

  const metadata = { manifest: HASH, round: '12' }
  await runPeer(t, state, 200, replicaBytes(LAYOUT, replica(12), metadata))
  const running = await find(state)
  t.is(await first(state), 12)
  t.is(describeReplica(running), `the running peer of ${state}, round 12`)
  t.like(running, { kind: 'peer', round: 12, manifest: HASH })
})

test('should take what --from names, whatever runs', async (t) => {
  const state = await temporaryFolder(t)
  const [older] = await keepCheckpoints(state, [3, 7])
  await runPeer(t, state, 500, Buffer.from('ill'))
  const other = await temporaryFolder(t)
  await keepFile(join(other, 'any'), 20)
  t.is(await first(state, older), 3)
  t.is(await first(state, state), 7)
  t.is(await first(state, join(other, 'any')), 20)
})

test('should say what a peer that refuses says, instead of an older replica', async (t) => {
  const state = await temporaryFolder(t)
  await keepCheckpoints(state, [3])
  await runPeer(t, state, 503, Buffer.from('has no replica'))
  const error = await t.throwsAsync(find(state), { instanceOf: RunFailedError })
  t.regex(error!.message, /has no replica/)
})

test('should not believe what a peer answers', async (t) => {
  const state = await temporaryFolder(t)
  await runPeer(t, state, 200, Buffer.from('<html>'))
  const error = await t.throwsAsync(find(state), { instanceOf: InvalidInputError })
  t.regex(error!.message, /the replica of the running peer/)
})

test('should take the checkpoints of this swarm among those of several', async (t) => {
  const state = await temporaryFolder(t)
  await keepCheckpoints(state, [3])
  await keepCheckpoints(state, [9], 'ab'.repeat(32))
  t.is(await first(state), 3)
})

test('should fall back to the checkpoint before a damaged one, but not where it was asked for', async (t) => {
  const state = await temporaryFolder(t)
  const [, newest] = await keepCheckpoints(state, [3, 7])
  await writeFile(join(newest!, 'replica.safetensors'), 'cut')
  t.is(await first(state), 3)
  const error = await t.throwsAsync(find(state, newest), { instanceOf: InvalidInputError })
  t.regex(error!.message, /is a damaged checkpoint: /)
})

test('should say what is missing', async (t) => {
  const state = await temporaryFolder(t)
  await mkdir(join(state, 'empty'))
  const none = await t.throwsAsync(find(state), { instanceOf: InvalidInputError })
  t.regex(none!.message, /holds no replica: no peer runs here, and none has/)
  for (const from of ['none', 'empty']) {
    const error = await t.throwsAsync(find(state, join(state, from)), {
      instanceOf: InvalidInputError
    })
    t.regex(error!.message, /^--from: .*(no such file|holds no replica)/)
  }
})
