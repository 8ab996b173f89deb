/** A peer of delta-set whose only neighbour can give it no more than an old snapshot that nobody else confirms. */
import test from 'ava'
import { createDeltaSwarm, expectedHash, fingerprints } from '../helpers/delta-swarm.ts'
import { happened, runOn, statuses } from '../helpers/faulty-swarm.ts'

test('should end with the others, and train on nothing that they have left behind', (t) => {
  // On this ring 1 comes back to 0 alone: its other neighbour is gone for good. The log holds two rounds.
  const whole = createDeltaSwarm({
    peers: 5,
    rounds: 60,
    length: 400,
    topology: { name: 'ring' },
    strategy: { logBytes: 1024, density: 0.1 },
    faults: [
      { kind: 'crash', peers: [2], atMs: 95.67 },
      { kind: 'crash', peers: [1], atMs: 200, returnMs: 900, state: 'lost' }
    ]
  })
  whole.swarm.begin()
  runOn(whole.swarm)
  t.is(happened(whole.swarm), 'crashed 2, crashed 1, returned 1')
  // The run was over when it could know what it lacked.
  t.deepEqual(statuses(whole.swarm), ['finished', 'came too late', 'away', 'finished', 'finished'])
  t.deepEqual([...new Set(fingerprints(whole))], [expectedHash(whole)])
  const taken = whole.notices.filter(({ text }) => text.startsWith('took a snapshot'))
  t.is(taken.length, 2)
  // Having waited for signatures once it does not wait again.
  t.true(taken[1]!.atMs - taken[0]!.atMs < 2000)
})
