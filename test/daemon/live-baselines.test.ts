/** The other decentralised baselines over real sockets, against the same swarm in virtual time. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { type Results, resultsSchema } from '../../src/storage/results.ts'
import { fileOnce, startProgram, temporaryFolder } from '../helpers/program.ts'

const PEERS = 4
const ROUNDS = 8
/** Far from what any round takes: no deadline passes, however busy the machine is. */
const PATIENT = {
  deadline: { floorMs: 120_000, ceilingMs: 120_000 },
  startPatienceMs: 120_000
}

const scenarioOf = (strategy: object) => ({
  name: 'small',
  seed: 3,
  peers: PEERS,
  model: { name: 'mlp', hidden: [8] },
  data: { name: 'glyphs', partition: { kind: 'dirichlet', alpha: 0.5 } },
  training: { learningRate: 0.03, batch: 16, localSteps: 4, steps: 4 * ROUNDS },
  strategy,
  topology: { name: 'exponential' },
  evaluateEvery: 4
})

const run = async (
  t: ExecutionContext,
  strategy: object,
  mode: '--live' | '--virtual'
): Promise<Results> => {
  const folder = await temporaryFolder(t)
  const file = join(folder, 'scenario.json')
  await writeFile(file, JSON.stringify(scenarioOf(strategy)))
  const out = join(folder, 'out')
  const { code, stdout, stderr } = await startProgram(t, [
    ...['simulate', file, mode, '--json', '--out', out]
  ]).exit
  t.is(code, 0, stderr)
  return resultsSchema.parse(JSON.parse(stdout))
}

/** The kind of the frames that carry replicas, by strategy. */
const BULK: Readonly<Record<string, string>> = { 'd-psgd': '4', diloco: '5', sgp: '4' }

for (const name of ['d-psgd', 'diloco', 'sgp']) {
  test(`${name} should learn live what it learns in virtual time`, async (t) => {
    const strategy = { name, ...PATIENT, ...(name === 'sgp' && { weighting: 'samples' }) }
    const live = await run(t, strategy, '--live')
    const virtual = await run(t, strategy, '--virtual')
    for (const [index, detail] of live.peersDetail.entries()) {
      const twin = virtual.peersDetail[index]!
      const bulk = BULK[name]!
      t.is(detail.sentByKind[bulk]!.frames, twin.sentByKind[bulk]!.frames, `peer ${index}`)
      t.is(detail.sentByKind[bulk]!.bytes, twin.sentByKind[bulk]!.bytes, `peer ${index}`)
      t.deepEqual(detail.chosen, twin.chosen, `peer ${index}`)
      t.deepEqual(detail.rejected, {}, `peer ${index}`)
      t.is(detail.replicaHash, twin.replicaHash, `peer ${index}`)
      // Whole numbers, and sums in the order of the names, have the same bits; floats in another order not.
      const tolerance = name === 'd-psgd' ? 1e-3 : 0
      t.true(Math.abs(detail.loss! - twin.loss!) <= tolerance * twin.loss!, `peer ${index}`)
    }
    t.is(live.consensus!.distinctReplicas, name === 'diloco' ? 1 : PEERS)
  })
}

/** How many rounds a peer has completed. */
const roundsOf = (lines: string, peer: number): number => lines.split(`{"peer":${peer},`).length - 1

test('diloco should go on when the one that closes its rounds is killed, with one replica', async (t) => {
  const folder = await temporaryFolder(t)
  const file = join(folder, 'scenario.json')
  const out = join(folder, 'out')
  const scenario = scenarioOf({ name: 'diloco', deadline: { floorMs: 300, ceilingMs: 10_000 } })
  const training = { ...scenario.training, steps: 4 * 120 }
  await writeFile(file, JSON.stringify({ ...scenario, training, evaluateEvery: 40 }))
  const flags = ['--json', '--out', out]
  const { exit } = startProgram(t, ['simulate', file, '--live', ...flags])
  const rounds = await fileOnce(join(out, 'rounds.jsonl'), folder, (text) =>
    [0, 1, 2, 3].every((peer) => roundsOf(text, peer) >= 10)
  )
  t.false(rounds.includes('"round":100,'), 'the run was nearly over before the kill')
  // Its name is the first.
  const log = await readFile(join(out, 'peers/0/peer.log'), 'utf8')
  process.kill(JSON.parse(log.split('\n')[0]!).pid, 'SIGKILL')
  const { code, stdout, stderr } = await exit
  t.is(code, 0, stderr)
  const results = resultsSchema.parse(JSON.parse(stdout))
  t.deepEqual(
    results.peersDetail.map(({ status }) => status),
    ['died (SIGKILL)', 'finished', 'finished', 'finished']
  )
  const lines = await readFile(join(out, 'rounds.jsonl'), 'utf8')
  // A peer that a busy machine holds up for longer than the others wait takes their state, and skips rounds.
  const completed = [1, 2, 3].map((peer) => roundsOf(lines, peer))
  t.is(Math.max(...completed), 120, `${completed}`)
  for (const { peer, replicaHash } of results.peersDetail.slice(1)) {
    t.is(replicaHash, results.peersDetail[1]!.replicaHash, `peer ${peer}`)
  }
  t.is(results.consensus!.distinctReplicas, 1)
  // As far as the same swarm comes when nobody is killed, less a quarter of the data.
  await writeFile(file, JSON.stringify({ ...scenario, training, evaluateEvery: 40 }))
  const whole = startProgram(t, [
    'simulate',
    file,
    '--virtual',
    '--json',
    '--out',
    join(folder, 'v')
  ])
  const undisturbed = resultsSchema.parse(JSON.parse((await whole.exit).stdout))
  const worse = results.loss!.mean! / undisturbed.loss!.mean!
  t.log(`loss ${results.loss!.mean} with a peer killed, ${undisturbed.loss!.mean} without`)
  t.true(worse < 1.5, `${worse}`)
})
