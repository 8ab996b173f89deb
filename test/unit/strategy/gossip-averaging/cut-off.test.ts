/** A peer that can reach nobody it wants keeps its pace, instead of being through before the others. */
import test from 'ava'
import { Scene } from './protocol-scene.ts'

const FLOOR = 50

const roundsOf = (scene: Scene): number => scene.of('round-completed').length

test('should pause before each next round while no neighbour can be reached', (t) => {
  const scene = new Scene({ deadline: { floor: FLOOR, ceiling: 1000 } })
  scene.give({ type: 'started', records: [] })
  scene.give({ type: 'neighbours', peers: ['b', 'c'], members: 2 })
  scene.give({ type: 'timer', name: 'start' })
  for (const round of [0, 1, 2]) {
    t.is(roundsOf(scene), round)
    t.deepEqual(scene.of('timer').at(-1), { type: 'timer', name: `round-${round}`, after: FLOOR })
    scene.give({ type: 'timer', name: `round-${round}` })
  }
})

test('should not pause where it wants nobody', (t) => {
  const scene = new Scene({ rounds: 3 })
  scene.give({ type: 'started', records: [] })
  scene.give({ type: 'neighbours', peers: [], members: 2 })
  t.is(roundsOf(scene), 3)
})
