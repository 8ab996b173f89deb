import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { CrashingSwarm } from '../../helpers/crashing-swarm.ts'
import { folder } from '../../unit/storage/folder.ts'

const PEERS = 3
const ROUNDS = 120
const RUNS = 20
/** Chance that a step is a death, in general and of one who is writing; that one who is dead comes back. */
const DEATH = 0.001
const DEATH_WRITING = { checkpoint: 0.2, record: 0.02 }
const RETURN = 0.05
/** Chance that the disk of one who is dead damages its newest checkpoint. */
const DAMAGE = 0.5
/** Later deaths would find nobody left to learn from. */
const LAST_DEATH = 4500

test('peers that die between any two steps should never show two deltas with one number', async (t) => {
  const sum = { crashes: 0, torn: 0, tornCheckpoints: 0, resumed: 0, fallbacks: 0, signed: 0 }
  let shown = 0
  for (let seed = 1; seed <= RUNS; seed++) {
    const place = await folder(t)
    const folders = Array.from({ length: PEERS }, (_, peer) => join(place, String(peer)))
    for (const path of folders) await mkdir(path)
    const swarm = new CrashingSwarm({ peers: PEERS, rounds: ROUNDS, seed, folders })
    const random = seeded(seed).fork('deaths')
    for (let peer = 0; peer < PEERS; peer++) await swarm.start(peer)
    for (let step = 0; !swarm.finished; step++) {
      for (let peer = 0; peer < PEERS; peer++) {
        const returns = random.next() < RETURN || step > LAST_DEATH
        if (!swarm.isUp(peer) && returns) await swarm.start(peer)
      }
      const peer = random.integer(PEERS)
      const writing = swarm.writing(peer)
      const chance = writing === null ? DEATH : DEATH_WRITING[writing]
      const dies = random.next() < chance && step < LAST_DEATH && swarm.isUp(peer)
      if (dies) {
        await swarm.crash(peer)
        if (random.next() < DAMAGE) await swarm.damage(peer)
      }
      await swarm.step()
    }
    await swarm.stop()
    for (const [place, bytes] of swarm.shown) t.is(bytes.size, 1, `run ${seed}: ${place}`)
    t.is(new Set(swarm.fingerprints).size, 1, `run ${seed}`)
    for (const key of Object.keys(sum) as Array<keyof typeof sum>) sum[key] += swarm[key]
    shown += swarm.shown.size
  }
  // The faults have been there, and work was lost by them.
  t.log(sum)
  t.true(sum.crashes > 10 * RUNS)
  t.true(sum.torn > RUNS)
  t.true(sum.tornCheckpoints > RUNS / 2)
  t.true(sum.resumed > 4 * RUNS)
  t.true(sum.fallbacks > RUNS / 4)
  t.true(sum.signed > shown)
})
