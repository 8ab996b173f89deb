/** The other decentralised baselines over real sockets, against the same swarm in virtual time. */
import test from 'ava'
import { PEERS, run, runWithout, smallScenario } from '../helpers/live-run.ts'

/** Far from what any round takes: no deadline passes, however busy the machine is. */
const PATIENT = {
  deadline: { floorMs: 120_000, ceilingMs: 120_000 },
  startPatienceMs: 120_000
}

const scenarioOf = (strategy: object, rounds: number, evaluateEvery: number): object =>
  smallScenario(
    strategy,
    { localSteps: 4, steps: 4 * rounds },
    {
      data: { name: 'glyphs', partition: { kind: 'dirichlet', alpha: 0.5 } },
      topology: { name: 'exponential' },
      evaluateEvery
    }
  )

/** The kind of the frames that carry replicas, by strategy. */
const BULK: Readonly<Record<string, string>> = { 'd-psgd': '4', diloco: '5', sgp: '4' }

for (const name of ['d-psgd', 'diloco', 'sgp']) {
  test(`${name} should learn live what it learns in virtual time`, async (t) => {
    const strategy = { name, ...PATIENT, ...(name === 'sgp' && { weighting: 'samples' }) }
    const scenario = scenarioOf(strategy, 8, 4)
    const live = await run(t, scenario, '--live')
    const virtual = await run(t, scenario, '--virtual')
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

test('diloco should go on when the one that closes its rounds is killed, with one replica', async (t) => {
  const rounds = 120
  const strategy = { name: 'diloco', deadline: { floorMs: 300, ceilingMs: 10_000 } }
  const scenario = scenarioOf(strategy, rounds, 40)
  // Its name is the first.
  const { results, others } = await runWithout(t, scenario, rounds, () => 0)
  // A peer that a busy machine holds up for longer than the others wait takes their state, and skips rounds.
  const completed = others.map((peer) => peer.rounds)
  t.is(Math.max(...completed), rounds, `${completed}`)
  // As far as the same swarm comes when nobody is killed, less a quarter of the data.
  const undisturbed = await run(t, scenario, '--virtual')
  const worse = results.loss!.mean! / undisturbed.loss!.mean!
  t.log(`loss ${results.loss!.mean} with a peer killed, ${undisturbed.loss!.mean} without`)
  t.true(worse < 1.5, `${worse}`)
})
