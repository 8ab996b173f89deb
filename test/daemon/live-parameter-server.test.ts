import test from 'ava'
import type { Results } from '../../src/storage/results.ts'
import { KIND } from '../../src/strategy/parameter-server/codec.ts'
import { busiest, learnedAsUsual, run, runWithout, smallScenario } from '../helpers/live-run.ts'

const LOCAL_STEPS = 4
/** Far beyond what any round takes, however busy the machine is. */
const PATIENT = { patienceMs: 120_000, startPatienceMs: 120_000 }

const scenarioWith = (strategy: object, rounds: number): object =>
  smallScenario(
    { name: 'parameter-server', ...PATIENT, ...strategy },
    { localSteps: LOCAL_STEPS, steps: LOCAL_STEPS * rounds }
  )

test('a live synchronous swarm should learn what the same swarm learns in virtual time', async (t) => {
  const rounds = 20
  // No false alarm, however busy the machine is: nobody dies here.
  const scenario = scenarioWith({ failoverMs: 120_000 }, rounds)
  const live = await run(t, scenario, '--live')
  const virtual = await run(t, scenario, '--virtual')
  t.is(live.consensus!.distinctReplicas, 1)
  const frames = ({ peersDetail }: Results, kind: keyof typeof KIND): number =>
    peersDetail.reduce((sum, { sentByKind }) => sum + (sentByKind[KIND[kind]]?.frames ?? 0), 0)
  // Two shards of two: a primary pushes to the other one only.
  t.is(frames(live, 'push'), rounds * (2 * 2 + 2))
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
  const rounds = 300
  const scenario = scenarioWith({ shards: 1, replicas: 2, failoverMs: 1500 }, rounds)
  // Who serves sends the parameters, and every push to its backup.
  const { others } = await runWithout(t, scenario, rounds, busiest)
  for (const peer of others) t.is(peer.rounds, rounds)
  learnedAsUsual(t, others, await run(t, scenario, '--virtual'))
})
