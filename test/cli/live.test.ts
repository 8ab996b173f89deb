import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import test from 'ava'
import { type Results, resultsSchema } from '../../src/storage/results.ts'
import { roundRecordSchema } from '../../src/storage/round-record.ts'
import { KIND } from '../../src/strategy/gossip-averaging/codec.ts'
import type { Manifest } from '../../src/swarm/manifest.ts'
import { fileOnce, ROOT, startProgram, temporaryFolder } from '../helpers/program.ts'

const PEERS = 4
const ROUNDS = 10

const scenario = {
  name: 'small',
  seed: 3,
  mode: 'live',
  peers: PEERS,
  model: { name: 'mlp', hidden: [8] },
  data: { name: 'glyphs', partition: { kind: 'iid' } },
  // At a rate of 0.1 float32 rounding grows from step to step, up to 2e-3 of the loss at the end.
  training: { learningRate: 0.03, batch: 16, localSteps: 4, steps: 40 },
  // Far from what any round takes: no deadline passes, however busy the machine is.
  strategy: {
    name: 'gossip-averaging',
    deadline: { floorMs: 120_000, ceilingMs: 120_000 },
    startPatienceMs: 120_000
  },
  compression: { name: 'int8' },
  topology: { name: 'full' },
  evaluateEvery: 5
}

const run = async (
  t: Parameters<typeof startProgram>[0],
  folder: string,
  mode: '--live' | '--virtual'
): Promise<{ results: Results; rounds: string[] }> => {
  const file = join(folder, 'scenario.json')
  await writeFile(file, JSON.stringify(scenario))
  const out = join(folder, mode)
  const { code, stdout, stderr } = await startProgram(t, [
    'simulate',
    file,
    mode,
    '--json',
    '--out',
    out
  ]).exit
  t.is(code, 0, stderr)
  const records = (await readFile(join(out, 'rounds.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => roundRecordSchema.parse(JSON.parse(line)))
  // In the last round whoever is done first says goodbye, and who that is, is a matter of scheduling.
  const rounds = records
    .filter(({ round }) => round < ROUNDS - 1)
    .map(
      ({ peer, round, heard, missed, bytesSent }) =>
        `peer ${peer} round ${round}: heard ${heard}, missed ${missed}, ${bytesSent} bytes`
    )
    .sort()
  return { results: resultsSchema.parse(JSON.parse(stdout)), rounds }
}

test('a live swarm should say and learn what the same swarm says and learns in virtual time', async (t) => {
  const folder = await temporaryFolder(t)
  const live = await run(t, folder, '--live')
  const virtual = await run(t, folder, '--virtual')
  t.deepEqual(live.rounds, virtual.rounds)
  for (const [index, detail] of live.results.peersDetail.entries()) {
    const twin = virtual.results.peersDetail[index]!
    for (const kind of ['exchange', 'retire', 'done'] as const) {
      const number = String(KIND[kind])
      t.deepEqual(detail.sentByKind[number], twin.sentByKind[number], `peer ${index}: ${kind}`)
    }
    // The order in which neighbours' parts arrive, and with it float32 rounding, may differ.
    t.true(Math.abs(detail.loss! - twin.loss!) <= 1e-3 * twin.loss!, `peer ${index}`)
  }
  const { accuracy: seen } = live.results
  const { accuracy: expected } = virtual.results
  // One row of the 2,000 test rows may fall on the other side of a decision.
  t.true(Math.abs(seen!.mean - expected!.mean) <= 1e-3)
  t.true(live.results.bytes.socketPerPeer! > live.results.bytes.sentPerPeer)
})

/** How many rounds a peer has completed; their numbers are the swarm's, and a peer may skip some. */
const roundsOf = (lines: string, peer: number): number => lines.split(`{"peer":${peer},`).length - 1

test('a peer killed in mid-run should cost the others nothing, and the results should say so', async (t) => {
  const out = join(await temporaryFolder(t), 'out')
  const { exit } = startProgram(t, [
    'simulate',
    join(ROOT, 'simulations/quickstart'),
    ...['--set', 'peers=4', '--set', 'topology.degree=3', '--set', 'training.steps=800'],
    ...['--set', 'baselines=[]', '--set', 'model.hidden=[16]', '--json', '--out', out]
  ])
  const rounds = await fileOnce(join(out, 'rounds.jsonl'), join(out, '..'), (text) =>
    [0, 1, 2, 3].every((peer) => roundsOf(text, peer) >= 20)
  )
  t.false(rounds.includes('"round":90,'), 'the run was nearly over before the kill')
  const log = await readFile(join(out, 'peers/2/peer.log'), 'utf8')
  process.kill(JSON.parse(log.split('\n')[0]!).pid, 'SIGKILL')
  const { code, stdout, stderr } = await exit
  t.is(code, 0, stderr)
  const results = resultsSchema.parse(JSON.parse(stdout))
  t.deepEqual(
    results.peersDetail.map(({ status }) => status),
    ['finished', 'finished', 'died (SIGKILL)', 'finished']
  )
  t.is(results.faults.observed['died'], 1)
  const lines = await readFile(join(out, 'rounds.jsonl'), 'utf8')
  const killed = roundsOf(lines, 2)
  for (const { peer, accuracy, replicaHash } of results.peersDetail) {
    if (peer === 2) continue
    t.true(roundsOf(lines, peer) > killed, `peer ${peer}`)
    t.true(accuracy! > 0.5, `peer ${peer}`)
    t.is(replicaHash, results.peersDetail[0]!.replicaHash, `peer ${peer}`)
  }
  t.is(results.consensus!.distinctReplicas, 1)
})

/** A running live swarm, once every peer has completed a few rounds, and the ports its peers listen on. */
const startLongRun = async (t: Parameters<typeof startProgram>[0]) => {
  const out = join(await temporaryFolder(t), 'out')
  const { child, exit } = startProgram(t, [
    'simulate',
    join(ROOT, 'simulations/quickstart'),
    ...['--set', 'peers=3', '--set', 'topology.degree=2', '--set', 'training.steps=1000000'],
    ...['--set', 'model.hidden=[8]', '--out', out]
  ])
  await fileOnce(join(out, 'rounds.jsonl'), join(out, '..'), (text) =>
    [0, 1, 2].every((peer) => roundsOf(text, peer) > 3)
  )
  const ports = await Promise.all(
    [0, 1, 2].map(async (peer) => {
      const config = JSON.parse(await readFile(join(out, `peers/${peer}/peer.json`), 'utf8'))
      return Number(config.listen[0].split('/').at(-1))
    })
  )
  return { out, child, exit, ports }
}

/** Settles once nobody listens on the port: a process that dies takes its connections with it. */
const closed = (port: number): Promise<void> =>
  new Promise((done) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('error', () => {})
    socket.once('close', (failed) => done(failed ? undefined : closed(port)))
  })

test('one SIGINT should end a live run cleanly, with what was measured and no process left', async (t) => {
  const { out, child, exit, ports } = await startLongRun(t)
  child.kill('SIGINT')
  const { code, stderr } = await exit
  t.is(code, 0, stderr)
  const results = resultsSchema.parse(JSON.parse(await readFile(join(out, 'results.json'), 'utf8')))
  t.true(results.interrupted)
  t.true(results.rounds > 3)
  t.deepEqual(
    results.peersDetail.map(({ status }) => status),
    ['finished', 'finished', 'finished']
  )
  await Promise.all(ports.map(closed))
})

test('a second SIGINT should end a live run at once, and its peers with it', async (t) => {
  const { out, child, exit, ports } = await startLongRun(t)
  child.kill('SIGINT')
  child.kill('SIGTERM')
  const { code } = await exit
  t.is(code, 130)
  await t.throwsAsync(readFile(join(out, 'results.json')), { code: 'ENOENT' })
  await Promise.all(ports.map(closed))
})

/** The config of the runnable peer, changed, in a folder of its own. */
const firstPeer = async (
  t: Parameters<typeof startProgram>[0],
  change: (config: { listen: string[]; peers: string[]; manifest: Manifest }) => void
): Promise<{ folder: string; file: string }> => {
  const folder = await temporaryFolder(t)
  const config = JSON.parse(await readFile(join(ROOT, 'peers/trainer/peer.json'), 'utf8'))
  config.listen = ['/ip4/127.0.0.1/tcp/0']
  change(config)
  const file = join(folder, 'peer.json')
  await writeFile(file, JSON.stringify(config))
  return { folder, file }
}

test('a peer that cannot save its replica should say so and end, instead of hanging', async (t) => {
  const { folder, file } = await firstPeer(t, ({ manifest }) => {
    manifest.training.steps = 16
  })
  await mkdir(join(folder, 'state/replica.safetensors/in the way'), { recursive: true })
  const { code, stderr } = await startProgram(t, ['peer', '--config', file]).exit
  t.is(code, 1)
  t.regex(stderr, /replica\.safetensors/)
})

test('addresses that nobody could dial should be refused together', async (t) => {
  const { file } = await firstPeer(t, (config) => {
    config.peers = ['/ip4/127.0.0.1/tcp/1/p2p/12D3KooWtypo', '/nonsense/p2p/x']
  })
  const { code, stderr } = await startProgram(t, ['peer', '--config', file]).exit
  t.is(code, 2)
  t.regex(stderr, /peers\[0\].*12D3KooWtypo/)
  t.regex(stderr, /peers\[1\].*nonsense/)
})

test('a peer whose port is taken should be refused with the address, the rule and a remedy', async (t) => {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.teardown(() => void server.close())
  const { port } = server.address() as AddressInfo
  const { file } = await firstPeer(t, (config) => {
    config.listen = [`/ip4/127.0.0.1/tcp/${port}`]
  })
  const { code, stdout, stderr } = await startProgram(t, ['peer', '--config', file]).exit
  t.is(code, 2, stderr)
  t.is(stdout, '')
  t.regex(stderr, new RegExp(`listen: .*in use.*${port}`))
  t.notRegex(stderr, /^ {4}at /m)
})
