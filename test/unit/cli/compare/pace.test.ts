import test from 'ava'
import { paceOf } from '../../../../src/cli/compare/pace.ts'
import { scenarioWith } from './scenario.ts'

test('should lay the time that the model takes on the wire beside that of a round', (t) => {
  // 4 MB over 50 Mbit/s; eight steps of 5 ms.
  t.deepEqual(paceOf(scenarioWith(), 1_000_000), { sendMs: 640, computeMs: 40 })
  const uneven = scenarioWith({ stepMs: { distribution: 'uniform', from: 10, to: 30 } })
  t.is(paceOf(uneven, 1)!.computeMs, 160)
})

test('should take the uplink that half of the peers have', (t) => {
  const classes = [
    { name: 'fibre', share: 1 },
    { name: 'mobile', share: 1 },
    { name: 'home', share: 2 }
  ]
  // 8 Mbit/s for a quarter, 20 for the next two.
  t.is(paceOf(scenarioWith({ network: { classes } }), 1_000_000)!.sendMs, 1600)
})

test('should know no pace between processes of one machine', (t) => {
  t.is(paceOf(scenarioWith({ mode: 'live' }), 1_000_000), null)
})
