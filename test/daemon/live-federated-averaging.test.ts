import test from 'ava'
import type { Results } from '../../src/storage/results.ts'
import { KIND } from '../../src/strategy/parameter-server/codec.ts'
import { busiest, learnedAsUsual, run, runWithout, smallScenario } from '../helpers/live-run.ts'

const LOCAL_STEPS = 4
/** Far beyond what any round takes, however busy the machine is. */
const PATIENT = { deadlineMs: 120_000, startPatienceMs: 120_000 }

const scenarioWith = (strategy: object, rounds: number): object =>
  smallScenario(
    { name: 'federated-averaging', ...PATIENT, ...strategy },
    { localSteps: LOCAL_STEPS, steps: LOCAL_STEPS * rounds }
  )

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
  // Who coordinates sends the model, and every update to its standby.
  const { others } = await runWithout(t, scenario, rounds, busiest)
  for (const peer of others) t.is(peer.rounds, rounds)
  learnedAsUsual(t, others, await run(t, scenario, '--virtual'))
})
