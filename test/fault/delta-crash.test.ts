import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { seeded } from '../../src/random.ts'
import { CrashingSwarm } from '../helpers/crashing-swarm.ts'
import { folder } from '../unit/storage/folder.ts'

const PEERS = 3
const ROUNDS = 40
const RUNS = 20
/** Chance that a step is a death, in general and of one who is writing; that one who is dead comes back. */
const DEATH = 0.01
const DEATH_WRITING = 0.1
const RETURN = 0.05
/** Later deaths would find nobody left to learn from. */
const LAST_DEATH = 1500

test('peers that die between any two steps should never show two deltas with one number', async (t) => {
  let [crashes, torn, signed, shown] = [0, 0, 0, 0]
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
      const chance = swarm.isWriting(peer) ? DEATH_WRITING : DEATH
      const dies = random.next() < chance && step < LAST_DEATH && swarm.isUp(peer)
      if (dies) await swarm.crash(peer)
      await swarm.step()
    }
    await swarm.stop()
    for (const [place, bytes] of swarm.shown) t.is(bytes.size, 1, `run ${seed}: ${place}`)
    t.is(new Set(swarm.fingerprints).size, 1, `run ${seed}`)
    crashes += swarm.crashes
    torn += swarm.torn
    signed += swarm.signed
    shown += swarm.shown.size
  }
  // The faults have been there, and work was lost by them.
  t.true(crashes > 10 * RUNS)
  t.true(torn > RUNS)
  t.true(signed > shown)
})
