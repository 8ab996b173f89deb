import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { type Results, resultsSchema } from '../../src/storage/results.ts'
import { roundRecordSchema } from '../../src/storage/round-record.ts'
import { KIND, PIECE_HEADER } from '../../src/strategy/ring-all-reduce/codec.ts'
import { FRAME_OVERHEAD } from '../../src/wire/frame.ts'
import { fileOnce, startProgram, temporaryFolder } from '../helpers/program.ts'

type Test = Parameters<typeof startProgram>[0]

const PEERS = 4
/** 784-8-10 with biases. */
const PARAMETERS = 6370
/** Patience far beyond what any step takes, however busy the machine is: nobody dies here. */
const PATIENT = { deadline: { floorMs: 120_000, ceilingMs: 120_000 }, startPatienceMs: 120_000 }

const scenarioWith = (strategy: object, steps: number): object => ({
  name: 'small',
  seed: 3,
  mode: 'live',
  peers: PEERS,
  model: { name: 'mlp', hidden: [8] },
  data: { name: 'glyphs', partition: { kind: 'iid' } },
  training: { learningRate: 0.03, batch: 16, localSteps: 2, steps },
  strategy: { name: 'ring-all-reduce', bucketBytes: 4096, ...strategy },
  topology: { name: 'ring' },
  evaluateEvery: 10
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

test('a live ring should learn what the same ring learns in virtual time, and send as much', async (t) => {
  const rounds = 40
  const scenario = scenarioWith({ ...PATIENT, balance: false }, 2 * rounds)
  const live = await run(t, scenario, '--live')
  const virtual = await run(t, scenario, '--virtual')
  t.is(live.consensus!.distinctReplicas, 1)
  for (const [index, { loss, status, sentByKind }] of live.peersDetail.entries()) {
    const twin = virtual.peersDetail[index]!
    t.is(status, 'finished')
    // Members are in the order of their names, which are others here and there: so is rounding.
    t.true(
      Math.abs(loss! - twin.loss!) <= 1e-3 * twin.loss!,
      `peer ${index}: ${loss}, ${twin.loss}`
    )
    const { frames, bytes } = sentByKind[KIND.piece]!
    const payload = bytes - frames * (FRAME_OVERHEAD + PIECE_HEADER)
    // A chunk is a parameter longer than another.
    const theory = (2 * (PEERS - 1) * 4 * PARAMETERS) / PEERS
    t.true(Math.abs(payload / rounds - theory) < 4 * PEERS, `peer ${index}: ${payload / rounds}`)
  }
})

test('when a member is killed in mid-run the others should end as if it had not been', async (t) => {
  const rounds = 400
  const deadline = { floorMs: 3000, ceilingMs: 60_000 }
  // Nobody begins without the others: whoever starts on a busy machine would miss the whole run.
  const scenario = scenarioWith({ deadline, startPatienceMs: 120_000 }, 2 * rounds)
  const { folder, out, exit } = await start(t, scenario, '--live')
  const begun = fileOnce(join(out, 'rounds.jsonl'), folder, (lines) =>
    Array.from({ length: PEERS }, (_, peer) => peer).every(
      (peer) => lines.split(`{"peer":${peer},"round":`).length > 20
    )
  )
  const text = await Promise.race([begun, exit.then(({ stderr }) => stderr)])
  t.regex(text, /^{"peer"/, 'over before all had made some steps')
  const reached = text.trim().split('\n').slice(0, -1)
  const furthest = Math.max(
    ...reached.map((line) => roundRecordSchema.parse(JSON.parse(line)).round)
  )
  t.true(furthest < rounds - 50, 'the run was nearly over before the kill')
  const killed = 1
  const log = await readFile(join(out, `peers/${killed}/peer.log`), 'utf8')
  process.kill(JSON.parse(log.split('\n')[0]!).pid, 'SIGKILL')
  const { code, stdout, stderr } = await exit
  t.is(code, 0, stderr)
  const results = resultsSchema.parse(JSON.parse(stdout))
  t.deepEqual(
    results.peersDetail.map(({ status }) => status),
    ['finished', 'died (SIGKILL)', 'finished', 'finished']
  )
  const undisturbed = await run(t, scenario, '--virtual')
  const [first, , ...others] = results.peersDetail
  // Whoever answers too late on a busy machine is out of the ring for a while.
  t.is(Math.max(...results.peersDetail.map((peer) => peer.rounds)), rounds)
  for (const { replicaHash } of others) t.is(replicaHash, first!.replicaHash)
  for (const peer of [first!, ...others]) {
    t.deepEqual(peer.rejected, {})
    // The killed peer's shard of the data is not learned from any more: that is all.
    const usual = undisturbed.peersDetail[0]!.loss!
    t.true(Math.abs(peer.loss! - usual) < 0.15 * usual, `${peer.loss}, undisturbed ${usual}`)
  }
  t.log(`loss ${first!.loss}, undisturbed ${undisturbed.peersDetail[0]!.loss}`)
})
