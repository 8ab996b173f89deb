/** A member of a ring that dies between any two things that it does. */
import test from 'ava'
import type { RingKinds } from '../../src/strategy/ring-all-reduce/kinds.ts'
import type { Effect } from '../../src/strategy/strategy.ts'
import { distance } from '../helpers/distance.ts'
import { runOn } from '../helpers/faulty-swarm.ts'
import {
  agreed,
  areEqual,
  createRingSwarm,
  type RingSetting,
  type RingSwarm,
  replay
} from '../helpers/ring-swarm.ts'

const PEERS = 4
const STEPS = 8
const ALL = 2 ** PEERS - 1
/** The step in which it dies: in the middle, and the last one. */
const MOMENTS = { 'in the middle': 3, 'in the last step': STEPS - 1 }
/** float32 rounding of sums of four. */
const ROUNDING = 1e-5

/** Runs a swarm whose peer `victim` is silent after its first `count` effects from the beginning of a step on. */
const runWithDeath = (
  setting: RingSetting,
  victim: number,
  step: number,
  count: number,
  linger: number
): { ring: RingSwarm; done: number; died: boolean } => {
  let done = 0
  let counting = false
  let dead = false
  const effects = (peer: number, all: ReadonlyArray<Effect<RingKinds>>) => {
    if (peer !== victim) return all
    if (dead) return []
    const left: Array<Effect<RingKinds>> = []
    for (const effect of all) {
      if (effect.type === 'round-began')
        counting = effect.round === step || effect.round === step + 1
      if (counting && done === count) {
        dead = true
        ring.swarm.clock.after(linger, () => ring.crash(victim))
        break
      }
      if (counting) done++
      left.push(effect)
    }
    return left
  }
  const ring = createRingSwarm({ ...setting, hooks: { effects } })
  ring.swarm.begin()
  runOn(ring.swarm)
  return { ring, done, died: dead }
}

for (const [moment, step] of Object.entries(MOMENTS)) {
  for (const linger of [0, 1000]) {
    for (const victim of [0, 2]) {
      const how = linger === 0 ? 'dies' : 'freezes, and dies a second later'
      test(`should lose no step when peer ${victim} ${how} ${moment}, wherever that is`, (t) => {
        const setting = { peers: PEERS, steps: STEPS }
        let kills = 0
        for (let count = 0; ; count++) {
          const { ring, died } = runWithDeath(setting, victim, step, count, linger)
          if (!died) break
          kills++
          const where = `after ${count} effects`
          const { members } = ring.swarm
          const survivors = members.filter(({ index }) => index !== victim)
          t.deepEqual(
            survivors.map(({ presence }) => presence),
            ['finished', 'finished', 'finished'],
            where
          )
          const steps = agreed(
            ring,
            survivors.map(({ index }) => index)
          )
          t.is(steps.length, STEPS, where)
          // With the dead peer's part up to some step, and without it from there on.
          const last = steps.lastIndexOf(ALL)
          t.deepEqual(
            steps,
            steps.map((_, i) => (i <= last ? ALL : ALL - 2 ** victim)),
            where
          )
          t.true(last >= step - 1, where)
          const oracle = replay(steps)
          const scale = distance(oracle, new Float32Array(oracle.length))
          for (const { replica, index } of survivors) {
            t.true(areEqual(replica!, survivors[0]!.replica!), `peer ${index} ${where}`)
          }
          t.true(distance(survivors[0]!.replica!, oracle) / scale < ROUNDING, where)
        }
        t.true(kills > 20, `${kills} deaths`)
      })
    }
  }
}
