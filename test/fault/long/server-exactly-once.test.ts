/**
 * Acknowledged pushes against what the shards hold, under random kills, returns, partitions, broken links,
 * late and repeated frames. Every push takes 1 off elements that are its peer's alone, so the sums say
 * exactly how often each was counted.
 */
import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { statuses } from '../../helpers/faulty-swarm.ts'
import { randomMishaps, Tally } from '../../helpers/server-plans.ts'
import { countsOf, createServerSwarm, runServers } from '../../helpers/server-swarm.ts'

const SEEDS = 60

for (const mode of ['asynchronous', 'bounded', 'synchronous']) {
  test(`should count every acknowledged push once, whoever dies: ${mode}`, (t) => {
    const tally = new Tally()
    for (let seed = 0; seed < SEEDS; seed++) {
      const random = seeded(seed).fork('plan')
      const peers = 4 + random.integer(4)
      const shards = 1 + random.integer(2)
      const replicas = peers >= 3 * shards ? 2 + random.integer(2) : 2
      const { dead, ...mishaps } = randomMishaps(random, peers)
      const strategy = { mode, shards, replicas, bound: 2, rebuildAfterMs: null, patienceMs: 3000 }
      const run = createServerSwarm({ peers, rounds: 50, seed, strategy, ...mishaps })
      run.swarm.begin()
      runServers(run)
      const label = `seed ${seed}`
      tally.count(run)
      for (const [term, primaries] of run.answered) t.is(primaries.size, 1, `${label}: ${term}`)
      t.deepEqual(run.notices, [], label)
      for (let peer = 0; peer < peers; peer++) {
        if (!dead.has(peer)) t.is(statuses(run.swarm)[peer], 'finished', `${label}: peer ${peer}`)
        // Means and n-ths are no whole numbers.
        if (mode !== 'asynchronous') continue
        const issued = run.issued[peer]!
        const counts = countsOf(run, peers, peer)
        counts.forEach((count, i) => {
          const shard = Math.floor((i * run.leads.size) / counts.length)
          const told = [...run.acknowledged[peer]!].filter((push) => push.startsWith(`${shard} `))
          const least = dead.has(peer) ? told.length : issued
          t.true(count >= least && count <= issued, `${label}: peer ${peer}: ${count} of ${issued}`)
        })
      }
    }
    t.deepEqual(tally.rare, [])
    t.true(tally.terms > 5, 'hardly a shard changed hands')
  })
}
