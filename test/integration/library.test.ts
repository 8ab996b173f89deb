/** The package as other programs use it: createPeer and simulate, with a trainer of their own. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'
import {
  createPeer,
  type EmbeddedPeer,
  formatLink,
  InvalidInputError,
  layoutOf,
  loadReplica,
  type RoundRecord,
  simulate
} from '../../src/index.ts'
import { signEnvelope } from '../../src/network/door/signing.ts'
import { peerNameOf } from '../../src/network/peer-name.ts'
import { freePorts } from '../../src/simulation/live/ports.ts'
import { loadIdentity } from '../../src/storage/identity.ts'
import { toBase64url } from '../../src/swarm/base64url.ts'
import { goalOf, LENGTH, layout } from '../helpers/own-quadratic.ts'
import { ROOT, temporaryFolder } from '../helpers/program.ts'
import { CREATOR_SEED, manifestOf } from '../helpers/signed-swarm.ts'

const MODULE = pathToFileURL(resolve(import.meta.dirname, '../helpers/own-quadratic.ts'))

const RECIPE = {
  model: { name: 'custom', program: 'own-quadratic 1' },
  data: { name: 'none' },
  training: { learningRate: 0.05, batch: 1, steps: 400, localSteps: 4, schedule: 'cosine' },
  topology: { name: 'full' }
} as const

test('simulate should run a swarm with a trainer of the caller', async (t) => {
  const rounds: RoundRecord[] = []
  const results = await simulate(
    { ...RECIPE, name: 'own', peers: 2, strategy: { name: 'gossip-averaging' } },
    { trainer: MODULE, onRound: (record) => rounds.push(record) }
  )
  t.is(results.model.parameters, LENGTH)
  t.is(rounds.length, 2 * 100)
  // What it measures is an element that only the second peer sees.
  t.true(Math.abs(results.loss!.mean! - goalOf(1)) < 0.01)
})

test('simulate should refuse what it cannot run', async (t) => {
  const scenario = { ...RECIPE, name: 'own', peers: 2, strategy: { name: 'delta-set' } }
  await t.throwsAsync(simulate(scenario), { instanceOf: InvalidInputError, message: /^trainer: / })
  await t.throwsAsync(simulate({ ...scenario, mode: 'live' }, { trainer: MODULE }), {
    instanceOf: InvalidInputError,
    message: /^mode: /
  })
  await t.throwsAsync(simulate({ ...scenario, baselines: ['alone'] }, { trainer: MODULE }), {
    instanceOf: InvalidInputError,
    message: /^baselines: the model custom/
  })
})

test('two peers of one process should end with one replica, near the optimum of both', async (t) => {
  const folder = await temporaryFolder(t)
  // Both know each other before they begin, so that neither is through before the other is there.
  const ports = await freePorts(2)
  const peers = await Promise.all(
    ports.map(async (port, shard) => {
      const state = join(folder, String(shard))
      const listen = `/ip4/127.0.0.1/tcp/${port}`
      return { state, listen, name: await peerNameOf(await loadIdentity(state)) }
    })
  )
  const start = async (shard: number): Promise<EmbeddedPeer> => {
    const { state, listen } = peers[shard]!
    const other = peers[1 - shard]!
    const peer = await createPeer({
      ...{ shard, state, listen: [listen], trainer: MODULE },
      peers: [`${other.listen}/p2p/${other.name}`],
      manifest: {
        ...RECIPE,
        name: 'own',
        shards: 2,
        layout: layout.hash,
        strategy: { name: 'delta-set', density: 0.25 }
      }
    })
    t.teardown(() => peer.stop())
    return peer
  }
  const [first, second] = await Promise.all([start(0), start(1)])
  await Promise.all([first.finished, second.finished])
  const [a, b] = await Promise.all([first.replica(), second.replica()])
  t.deepEqual(a, b)
  for (let k = 0; k < LENGTH; k++) t.true(Math.abs(a[k]! - goalOf(k)) < 0.15, `${k}: ${a[k]}`)
  t.is(first.status().phase, 'finished')
  t.is(first.layout?.hash, layout.hash)
  const file = join(folder, 'own.safetensors')
  await second.save(file)
  t.deepEqual((await loadReplica(file, layout)).replica, b)
})

test('a peer should join by a link, and need nothing else', async (t) => {
  const folder = await temporaryFolder(t)
  const manifest = manifestOf({
    layout: layoutOf([{ name: 'x', shape: [64] }]).hash,
    training: { learningRate: 0.1, batch: 1, steps: 400 },
    strategy: { name: 'delta-set', density: 0.2, intervalMs: 100 },
    shards: 2
  })
  const { cid, signature } = await signEnvelope(manifest, CREATOR_SEED)
  const own = {
    listen: ['/ip4/127.0.0.1/tcp/0'],
    discovery: { mdns: false, dht: 'off' },
    evaluateEvery: 5
  } as const
  const start = async (state: string, options: object): Promise<EmbeddedPeer> => {
    const peer = await createPeer({
      ...own,
      listen: [...own.listen],
      ...options,
      state: join(folder, state)
    })
    t.teardown(() => peer.stop())
    return peer
  }
  const first = await start('a', { manifest, signature: toBase64url(signature) })
  const link = formatLink({ cid, peers: first.addresses(), invite: null })
  const second = await start('b', { link })
  await Promise.all([first.finished, second.finished])
  t.deepEqual(await first.replica(), await second.replica())
  t.is(second.status().swarm.manifest, first.status().swarm.manifest)
})

test('createPeer should name what is wrong with its options', async (t) => {
  const state = await temporaryFolder(t)
  const refused = (options: Parameters<typeof createPeer>[0], message: RegExp) =>
    t.throwsAsync(createPeer(options), { instanceOf: InvalidInputError, message })
  await refused({ state }, /^manifest: missing, and there is no link/)
  await refused({ state, link: 'https://example.org' }, /^link: does not begin with swarmgrad:/)
  const manifest = {
    ...{ ...RECIPE, name: 'own', shards: 2, strategy: { name: 'delta-set' } },
    layout: '0'.repeat(64)
  }
  await refused({ state, manifest, listen: ['/ip4/127.0.0.1/tcp/0'] }, /^trainer: missing/)
  await refused(
    { state, manifest, trainer: MODULE, listen: ['/ip4/127.0.0.1/tcp/0'] },
    /^manifest\.layout: /
  )
})

test('the example should run, and its peers should learn from each other', async (t) => {
  const folder = await temporaryFolder(t)
  const hook = join(ROOT, 'test/helpers/self-import.js')
  const program = join(ROOT, 'examples/own-trainer/main.js')
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    hook,
    program,
    folder
  ])
  t.regex(stdout, /^one replica$/m)
  const last = stdout.match(/, ([\d.e-]+) on all$/gm)?.at(-1)
  // Either half alone is off by 0.15 and more.
  t.true(Number(last?.split(' ')[1]) < 0.001, stdout)
  const text = await readFile(join(folder, 'sine.safetensors'), 'latin1')
  t.true(text.includes('"weights"'))
})
