import test from 'ava'
import { KIND, PIECE_HEADER } from '../../src/strategy/ring-all-reduce/codec.ts'
import { FRAME_OVERHEAD } from '../../src/wire/frame.ts'
import { learnedAsUsual, PEERS, run, runWithout, smallScenario } from '../helpers/live-run.ts'

/** 784-8-10 with biases. */
const PARAMETERS = 6370
/** Patience far beyond what any step takes, however busy the machine is: nobody dies here. */
const PATIENT = { deadline: { floorMs: 120_000, ceilingMs: 120_000 }, startPatienceMs: 120_000 }

const scenarioWith = (strategy: object, rounds: number): object =>
  smallScenario(
    { name: 'ring-all-reduce', bucketBytes: 4096, ...strategy },
    { localSteps: 2, steps: 2 * rounds },
    { evaluateEvery: 10 }
  )

test('a live ring should learn what the same ring learns in virtual time, and send as much', async (t) => {
  const rounds = 40
  const scenario = scenarioWith({ ...PATIENT, balance: false }, rounds)
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
  const scenario = scenarioWith({ deadline, startPatienceMs: 120_000 }, rounds)
  const { others } = await runWithout(t, scenario, rounds, () => 1)
  for (const { rejected } of others) t.deepEqual(rejected, {})
  // Whoever answers too late on a busy machine is out of the ring for a while.
  t.is(Math.max(...others.map((peer) => peer.rounds)), rounds)
  learnedAsUsual(t, others, await run(t, scenario, '--virtual'))
})
