import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { type Results, resultsSchema } from '../../src/storage/results.ts'
import { roundRecordSchema } from '../../src/storage/round-record.ts'
import { KIND } from '../../src/strategy/parameter-server/codec.ts'
import { fileOnce, startProgram, temporaryFolder } from '../helpers/program.ts'

type Test = Parameters<typeof startProgram>[0]

const PEERS = 4

const scenarioWith = (strategy: object, steps: number): object => ({
  name: 'small',
  seed: 3,
  mode: 'live',
  peers: PEERS,
  model: { name: 'mlp', hidden: [8] },
  data: { name: 'glyphs', partition: { kind: 'iid' } },
  training: { learningRate: 0.03, batch: 16, localSteps: 4, steps },
  // Patience far beyond what any round takes, however busy the machine is.
  strategy: {
    name: 'parameter-server',
    patienceMs: 120_000,
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

test('a live synchronous swarm should learn what the same swarm learns in virtual time', async (t) => {
  // No false alarm, however busy the machine is: nobody dies here.
  const scenario = scenarioWith({ failoverMs: 120_000 }, 80)
  const live = await run(t, scenario, '--live')
  const virtual = await run(t, scenario, '--virtual')
  t.is(live.consensus!.distinctReplicas, 1)
  const frames = ({ peersDetail }: Results, kind: keyof typeof KIND): number =>
    peersDetail.reduce((sum, { sentByKind }) => sum + (sentByKind[KIND[kind]]?.frames ?? 0), 0)
  // Two shards of two: a primary pushes to the other one only.
  t.is(frames(live, 'push'), 20 * (2 * 2 + 2))
  t.is(frames(live, 'push'), frames(virtual, 'push'))
  for (const [index, { loss, status }] of live.peersDetail.entries()) {
    const twin = virtual.peersDetail[index]!
    t.is(status, 'finished')
    // Pushes are gathered in the order in which they come: float32 rounding may differ.
    t.true(
      Math.abs(loss! - twin.loss!) <= 1e-3 * twin.loss!,
      `peer ${index}: ${loss}, ${twin.loss}`
    )
  }
})

test('a primary killed in mid-run should be replaced, and the others should end as if it had not been', async (t) => {
  const scenario = scenarioWith({ shards: 1, replicas: 2, failoverMs: 1500 }, 1200)
  const { folder, out, exit } = await start(t, scenario, '--live')
  const text = await fileOnce(join(out, 'rounds.jsonl'), folder, (lines) =>
    Array.from({ length: PEERS }, (_, peer) => peer).every(
      (peer) => lines.split(`{"peer":${peer},"round":`).length > 20
    )
  )
  // Who serves sends the parameters, and every push to its backup.
  const sent = Array.from({ length: PEERS }, () => 0)
  let furthest = 0
  for (const line of text.trim().split('\n').slice(0, -1)) {
    const { peer, bytesSent, round } = roundRecordSchema.parse(JSON.parse(line))
    sent[peer] = Math.max(sent[peer]!, bytesSent)
    furthest = Math.max(furthest, round)
  }
  t.true(furthest < 250, 'the run was nearly over before the kill')
  const primary = sent.indexOf(Math.max(...sent))
  const log = await readFile(join(out, `peers/${primary}/peer.log`), 'utf8')
  process.kill(JSON.parse(log.split('\n')[0]!).pid, 'SIGKILL')
  const { code, stdout, stderr } = await exit
  t.is(code, 0, stderr)
  const results = resultsSchema.parse(JSON.parse(stdout))
  t.deepEqual(
    results.peersDetail.map(({ status }) => status),
    sent.map((_, peer) => (peer === primary ? 'died (SIGKILL)' : 'finished'))
  )
  const undisturbed = await run(t, scenario, '--virtual')
  const lossOf = (peer: number): number => results.peersDetail[peer]!.loss!
  for (const peer of sent.keys()) {
    if (peer === primary) continue
    t.is(
      results.peersDetail[peer]!.replicaHash,
      results.peersDetail[(primary + 1) % PEERS]!.replicaHash
    )
    t.is(results.peersDetail[peer]!.rounds, 300)
    // The killed peer's shard of the data is not learned from any more: that is all.
    const usual = undisturbed.peersDetail[peer]!.loss!
    t.true(Math.abs(lossOf(peer) - usual) < 0.15 * usual, `${lossOf(peer)}, undisturbed ${usual}`)
  }
  t.log(`loss ${lossOf((primary + 1) % PEERS)}, undisturbed ${undisturbed.peersDetail[0]!.loss}`)
})
