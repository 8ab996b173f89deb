/** Which rounds a peer begins, as its neighbours tell it theirs; played by hand. */
import test from 'ava'
import { Scene } from './protocol-scene.ts'

test('should begin with the swarm at once when it comes late and most neighbours say so', (t) => {
  const scene = new Scene()
  scene.begin('b', 'c', 'd')
  scene.meet('b', true, 40)
  t.deepEqual(scene.begun, [], 'one of three')
  scene.meet('c', true, 42)
  t.deepEqual(scene.begun, [40], 'two of three have reached 40, and d is not waited for')
  t.deepEqual(scene.firstSteps, [8 * 40])
  t.deepEqual(
    ['b', 'c', 'd'].map((peer) => scene.exchanges(peer).length),
    [1, 1, 0]
  )
})

test('should wait for its first neighbours when most of them are about to begin, too', (t) => {
  const scene = new Scene()
  scene.begin('b', 'c', 'd')
  for (const peer of ['b', 'c']) scene.meet(peer, true, 4)
  t.deepEqual(scene.begun, [], 'four rounds are no lead')
  scene.meet('d', true, 4)
  t.deepEqual(scene.begun, [0])
})

test('should take up the round it is given, and not one before it', (t) => {
  const scene = new Scene({}, 30)
  scene.begin('b')
  scene.meet('b', true, 12)
  t.deepEqual(scene.begun, [30])
  t.deepEqual(scene.firstSteps, [240])
})

test('should skip the rounds that its neighbours have done, and say which it begins', (t) => {
  const scene = new Scene()
  scene.begin('b', 'c')
  scene.meet('b', true, 0)
  scene.meet('c', true, 0)
  scene.answer('b', 0, 9)
  t.deepEqual(scene.begun, [0])
  scene.answer('c', 0, 20)
  // Both have reached 9, and it was about to begin 1.
  t.deepEqual(scene.rounds, [{ round: 0, heard: 2, missed: 0 }])
  t.deepEqual(scene.begun, [0, 9])
  t.deepEqual(scene.firstSteps, [0, 72])
  scene.answer('b', 0, 13)
  scene.answer('c', 0, 21)
  t.deepEqual(scene.rounds.at(-1), { round: 9, heard: 2, missed: 0 })
  t.deepEqual(scene.begun, [0, 9, 10], 'three rounds are no lead')
})

test('should not follow a minority of its neighbours, however far it says it is', (t) => {
  const scene = new Scene()
  const peers = ['b', 'c', 'd', 'e']
  scene.begin(...peers)
  for (const peer of peers) scene.meet(peer, true, 0)
  for (let round = 1; round <= 5; round++) {
    for (const [i, peer] of peers.entries()) scene.answer(peer, 0, i < 2 ? 2 ** 32 - 1 : round)
  }
  t.deepEqual(scene.begun, [0, 1, 2, 3, 4, 5])
  t.is(scene.of('finished').length, 0)
})

test('should leave when most of its neighbours have done the last round', (t) => {
  const scene = new Scene()
  scene.begin('b', 'c', 'd')
  for (const peer of ['b', 'c', 'd']) scene.meet(peer, true, 0)
  scene.answer('b', 0, 100)
  scene.answer('c', 0, 250)
  scene.answer('d', 0, 1)
  t.deepEqual(scene.begun, [0, 100], 'no round of its own lies there')
  t.deepEqual(scene.firstSteps, [0])
  t.is(scene.of('timer').filter(({ name }) => name === 'leave').length, 1)
})

test('should say in every message which round it is in', (t) => {
  const scene = new Scene({}, 7)
  scene.begin('b')
  scene.meet('b', true, 7)
  scene.answer('b', 0, 30)
  scene.give({ type: 'link', peer: 'c', state: 'up' })
  scene.give({ type: 'neighbours', peers: ['c'], members: 2 })
  const said = scene.of('send').map(({ to, message }) => {
    const round = 'round' in message ? message.round : null
    return `${message.kind} to ${to} in ${round}`
  })
  t.deepEqual(said, [
    'hello to b in 7',
    'exchange to b in 7',
    'exchange to b in 30',
    'hello to c in 30',
    'retire to b in 30',
    'hello to c in 30'
  ])
})

test('should number the local steps of its rounds in the whole schedule', (t) => {
  const scene = new Scene({
    rounds: 4,
    stepsOf: (round) => (round === 3 ? 2 : 5),
    firstStepOf: (round) => 5 * round
  })
  scene.begin()
  t.deepEqual(scene.firstSteps, [0, 5, 10, 15])
  t.deepEqual(scene.steps, [5, 5, 5, 2])
})
