import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { type Results, resultsSchema } from '../../src/storage/results.ts'
import { roundRecordSchema } from '../../src/storage/round-record.ts'
import { KIND } from '../../src/strategy/parameter-server/codec.ts'
import { fileOnce, startProgram, temporaryFolder } from '../helpers/program.ts'

type Test = Parameters<typeof startProgram>[0]

const PEERS = 4
const LOCAL_STEPS = 4

const scenarioWith = (strategy: object, rounds: number): object => ({
  name: 'small',
  seed: 3,
  mode: 'live',
  peers: PEERS,
  model: { name: 'mlp', hidden: [8] },
  data: { name: 'glyphs', partition: { kind: 'iid' } },
  training: { learningRate: 0.03, batch: 16, localSteps: LOCAL_STEPS, steps: LOCAL_STEPS * rounds },
  // Patience far beyond what any round takes, however busy the machine is.
  strategy: {
    name: 'federated-averaging',
    deadlineMs: 120_000,
    startPatienceMs: 120_000,
    ...strategy
  },
  topology: { name: 'ring' },
  evaluateEvery: 5
})

const start = async (t: Test, scenario: object, mode: '--live' | '--virtual') => {
  const folder = await temporaryFolder(t)
  const file = join(folder, 'scenario.json')
  await writeFile(file, JSON.stringify(scenario))
  const out = join(folder, 'out')
  const args = ['simulate', file, mode, '--json', '--out', out]
  return { folder, out, exit: startProgram(t, args).exit }
}

const run = async (t: Test, scenario: object, mode: '--live' | '--virtual'): Promise<Results> => {
  const { code, stdout, stderr } = await (await start(t, scenario, mode)).exit
  t.is(code, 0, stderr)
  return resultsSchema.parse(JSON.parse(stdout))
}

for (const algorithm of ['fedavg', 'scaffold']) {
  test(`a live swarm should learn what the same swarm learns in virtual time: ${algorithm}`, async (t) => {
    const rounds = 20
    // No false alarm, however busy the machine is: nobody dies here.
    const strategy = { algorithm: { name: algorithm }, fraction: 0.5, failoverMs: 120_000 }
    const scenario = scenarioWith(strategy, rounds)
    const live = await run(t, scenario, '--live')
    const virtual = await run(t, scenario, '--virtual')
    t.is(live.consensus!.distinctReplicas, 1)
    t.is(virtual.consensus!.distinctReplicas, 1)
    const chosen = ({ peersDetail }: Results): readonly number[] =>
      peersDetail.flatMap(({ chosen }) => Object.values(chosen))
    const weight = algorithm === 'scaffold' ? 1 : live.peersDetail[0]!.rows!
    t.true(chosen(live).includes(weight), `${chosen(live)}`)
    for (const { peersDetail } of [live, virtual]) {
      const pushes = peersDetail.map(({ sentByKind }) => sentByKind[KIND.push]?.frames ?? 0)
      // Two peers push in each round; a coordinator's own update is not sent.
      t.true(pushes.reduce((sum, count) => sum + count, 0) <= 2 * rounds)
      t.true(pushes.reduce((sum, count) => sum + count, 0) > rounds)
      for (const { status } of peersDetail) t.is(status, 'finished')
    }
    // Other peers are drawn there, since they have other names: the accuracy is alike, the model is not.
    const accuracies = [live, virtual].map(({ accuracy }) => accuracy!.mean)
    t.true(Math.abs(accuracies[0]! - accuracies[1]!) < 0.1, `${accuracies}`)
  })
}

test('a coordinator killed in mid-run should be replaced, and the others should end as if it had not been', async (t) => {
  const rounds = 300
  const scenario = scenarioWith({ replicas: 2, failoverMs: 1500 }, rounds)
  const { folder, out, exit } = await start(t, scenario, '--live')
  const text = await fileOnce(join(out, 'rounds.jsonl'), folder, (lines) =>
    Array.from({ length: PEERS }, (_, peer) => peer).every(
      (peer) => lines.split(`{"peer":${peer},"round":`).length > 20
    )
  )
  // Who coordinates sends the model, and every update to its standby.
  const sent = Array.from({ length: PEERS }, () => 0)
  let furthest = 0
  for (const line of text.trim().split('\n').slice(0, -1)) {
    const { peer, bytesSent, round } = roundRecordSchema.parse(JSON.parse(line))
    sent[peer] = Math.max(sent[peer]!, bytesSent)
    furthest = Math.max(furthest, round)
  }
  t.true(furthest < 250, 'the run was nearly over before the kill')
  const coordinator = sent.indexOf(Math.max(...sent))
  const log = await readFile(join(out, `peers/${coordinator}/peer.log`), 'utf8')
  process.kill(JSON.parse(log.split('\n')[0]!).pid, 'SIGKILL')
  const { code, stdout, stderr } = await exit
  t.is(code, 0, stderr)
  const results = resultsSchema.parse(JSON.parse(stdout))
  t.deepEqual(
    results.peersDetail.map(({ status }) => status),
    sent.map((_, peer) => (peer === coordinator ? 'died (SIGKILL)' : 'finished'))
  )
  const undisturbed = await run(t, scenario, '--virtual')
  const other = results.peersDetail[(coordinator + 1) % PEERS]!
  for (const [peer, { replicaHash, rounds: done, loss }] of results.peersDetail.entries()) {
    if (peer === coordinator) continue
    t.is(replicaHash, other.replicaHash)
    t.is(done, rounds)
    // The killed peer's shard of the data is not learned from any more: that is all.
    const usual = undisturbed.peersDetail[peer]!.loss!
    t.true(Math.abs(loss! - usual) < 0.15 * usual, `${loss}, undisturbed ${usual}`)
  }
  t.log(`loss ${other.loss}, undisturbed ${undisturbed.peersDetail[0]!.loss}`)
})
