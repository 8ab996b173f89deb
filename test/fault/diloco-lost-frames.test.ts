/** DiLoCo on links that keep breaking, with the patience of real runs: what a peer lacks, others may have thrown away. */
import test from 'ava'
import { LENGTH, runFaulty, statuses } from '../helpers/faulty-swarm.ts'
import { quadraticTrainers } from '../helpers/synthetic-trainers.ts'

const PEERS = 6
const trainers = quadraticTrainers(PEERS, LENGTH, 0.05, 3)

const run = (loss: number, seed: number) =>
  runFaulty({
    peers: PEERS,
    rounds: 150,
    seed,
    topology: { name: 'full' },
    trainer: (peer) => trainers[peer]!,
    stepMs: 40,
    network: { loss },
    strategy: {
      name: 'diloco',
      outerMomentum: 0.5,
      deadline: { floorMs: 250, ceilingMs: 30_000 }
    }
  })

const undisturbed = run(0, 1).swarm.clock.now

for (const loss of [0.01, 0.03]) {
  test(`should end with one replica, and wait for nothing that cannot come, with ${100 * loss} % of the frames lost`, (t) => {
    for (const seed of [1, 2, 3, 4]) {
      const { swarm } = run(loss, seed)
      t.true(swarm.network.faults.lostFrames > 40, `seed ${seed}`)
      t.deepEqual(new Set(statuses(swarm)), new Set(['finished']), `seed ${seed}`)
      t.is(new Set(swarm.members.map(({ replicaHash }) => replicaHash)).size, 1, `seed ${seed}`)
      // A redial takes about a round. Peers that waited for the ceiling took 100 times as long.
      t.true(swarm.clock.now < 2.5 * undisturbed, `seed ${seed}: ${swarm.clock.now} ms`)
    }
  })
}
