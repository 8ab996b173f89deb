/** A learning rate that no training survives: nothing hangs, nothing is lost, and it is said. */
import test from 'ava'
import { parseScenario } from '../../src/simulation/scenario.ts'
import { runVirtual } from '../../src/simulation/virtual-run.ts'
import type { RoundRecord } from '../../src/storage/round-record.ts'

const STEPS = 40
const PEERS = 3

const run = (
  learningRate: number,
  strategy: string,
  faults: readonly unknown[] = [],
  onRecord: (record: RoundRecord) => void = () => {}
) =>
  runVirtual(
    parseScenario({
      faults,
      name: 'divergence',
      peers: PEERS,
      model: { name: 'mlp', hidden: [16] },
      data: { name: 'glyphs' },
      training: {
        optimizer: { name: 'sgd', momentum: 0.9 },
        learningRate,
        localSteps: 4,
        steps: STEPS
      },
      strategy: { name: strategy },
      topology: { name: 'full' },
      network: {}
    }),
    {
      signal: new AbortController().signal,
      onStart: async () => {},
      onRecord,
      onProgress: () => {}
    }
  )

for (const strategy of ['gossip-averaging', 'delta-set']) {
  test(`should say that training diverges, and keep finite replicas, with ${strategy}`, async (t) => {
    const { details, replicas, faults } = await run(100, strategy)
    t.is(replicas.length, PEERS)
    for (const replica of replicas) t.true(replica.every(Number.isFinite))
    for (const { status, divergedRounds } of details) {
      t.is(status, 'finished')
      t.true(divergedRounds > 0)
    }
    const sum = (field: 'skippedSteps' | 'divergedRounds') =>
      details.reduce((total, detail) => total + detail[field], 0)
    t.deepEqual(faults.observed, {
      skippedSteps: sum('skippedSteps'),
      divergedRounds: sum('divergedRounds')
    })
  })

  test(`should say nothing of training that converges, with ${strategy}`, async (t) => {
    const { faults } = await run(0.02, strategy)
    t.deepEqual(faults.observed, { skippedSteps: 0, divergedRounds: 0 })
  })
}

test('should count what went wrong before a peer lost its state', async (t) => {
  const crash = { kind: 'crash', peers: [1], atMs: 400, returnMs: 450, state: 'lost' }
  const diverged = new Array<number>(PEERS).fill(0)
  const { details, faults } = await run(100, 'gossip-averaging', [crash], ({ peer, loss }) => {
    // Ten classes.
    if (!(loss! <= 3 * Math.log(10))) diverged[peer]! += 1
  })
  t.is(faults.injected['crashed'], 1)
  t.is(faults.injected['returned'], 1)
  t.deepEqual(
    details.map(({ divergedRounds }) => divergedRounds),
    diverged
  )
})
