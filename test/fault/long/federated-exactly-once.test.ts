/**
 * Every round once, with the mean of the updates that were counted in it, under random kills, returns,
 * partitions, broken links, late and repeated frames.
 */
import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { isRight, runFederated } from '../../helpers/federated-swarm.ts'
import { randomMishaps, Tally } from '../../helpers/server-plans.ts'

const SEEDS = 60
test('should close every round once with the updates that were counted, whoever dies', (t) => {
  const tally = new Tally()
  for (let seed = 0; seed < SEEDS; seed++) {
    const random = seeded(seed).fork('federated plan')
    const peers = 4 + random.integer(3)
    const replicas = 2 + random.integer(2)
    const { dead, ...mishaps } = randomMishaps(random, peers)
    const fraction = [0.3, 0.6, 1][random.integer(3)]!
    const strategy = { fraction, replicas, rebuildAfterMs: null, deadlineMs: 3000 }
    const setting = { peers, rounds: 60, seed, strategy, ...mishaps }
    const run = runFederated(setting)
    tally.count(run)
    t.deepEqual(run.notices, [], `seed ${seed}`)
    isRight(t, run, setting, dead, `seed ${seed}`)
  }
  t.deepEqual(tally.rare, [])
  t.true(tally.terms > 3, 'hardly a coordinator was replaced')
})
